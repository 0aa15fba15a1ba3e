"""The shop below /shop, and nothing beside it."""

from app import app
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

app.config["APPLICATION_ROOT"] = "/shop"
application = Flask("mounted")
application.wsgi_app = DispatcherMiddleware(NotFound(), {"/shop": app.wsgi_app})
