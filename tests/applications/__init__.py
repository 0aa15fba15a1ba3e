"""Small applications that behave like real ones, with the worker in front of them."""
