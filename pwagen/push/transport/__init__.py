"""HTTP to push services: endpoints, connections, requests, answers, retries."""
