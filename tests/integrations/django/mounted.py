"""A server that takes /shop off the path, as proxies do: FORCE_SCRIPT_NAME says that it was there."""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
django = get_wsgi_application()


class Server(ThreadingMixIn, WSGIServer):
    """Browsers keep connections open, each for one thread."""

    daemon_threads = True


def application(environ, start_response):
    """Answer below /shop alone."""
    folder, slash, path = environ["PATH_INFO"][1:].partition("/")
    if folder != "shop" or not slash:
        start_response("404 Not Found", [])
        return [b""]
    return django(environ | {"PATH_INFO": f"/{path}"}, start_response)


make_server("localhost", int(sys.argv[1]), application, Server).serve_forever()
