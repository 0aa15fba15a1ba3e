"""Real browsers without a network: push service, desktop, Chromium, Firefox, pytest fixtures."""
