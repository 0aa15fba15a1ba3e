"""The Flask extension: ``FlaskPwagen(app, user=…)``, and ``{{ pwagen_head() }}`` in the base template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pwagen.imports.optional_packages import extra_for

with extra_for("pwagen.integrations.flask", "flask"):
    from flask import Blueprint, Flask, Response, abort, request
    from markupsafe import Markup

    from pwagen.integrations.served_files import static_files
    from pwagen.integrations.web_app import WebApp
    from pwagen.push.storage.store import DEFAULT_STORE, Store
    from pwagen.serve.rate_limit import RateLimit
    from pwagen.serve.subscription_requests import Claims, SubscriptionRequests, chosen_topics

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pwagen.push.messages.raw_message import Sendable
    from pwagen.push.storage.database import Location
    from pwagen.push.transport.outcome import Outcome

Topics = Collection[str] | Callable[[list[str] | None], Collection[str] | None]
SETTING = "PWAGEN"
"""The member of Flask's config that may have the tree of pwagen.yaml."""


@runtime_checkable
class HasEngine(Protocol):
    """The ``db`` of Flask-SQLAlchemy, which has the engine of the current application."""

    @property
    def engine(self) -> Engine:
        """The engine."""


class FlaskPwagen:
    """The app of a Flask application: its files at the root, and the endpoint for subscriptions.

    ``user`` returns the key of the user who makes the current request, None for nobody; it may abort().
    ``topics`` are those that pages may choose from, or a function of what the page has chosen, which returns
    what the subscription is for, None to leave that as it is. ``store`` is where subscriptions are kept, by
    default a file in the instance folder; the application's engine, or the ``db`` of Flask-SQLAlchemy, puts
    them into its database. ``contact`` is for push services, as mailto: or https:, and ``private_key`` a file
    or env:NAME; both may come from the environment.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        user: Callable[[], str | None] | None = None,
        topics: Topics | None = None,
        store: Store | Location | HasEngine | None = None,
        contact: str | None = None,
        private_key: str | None = None,
        rate_limit: RateLimit | None = None,
    ) -> None:
        self._user = user
        self._topics = topics
        self._store = store
        self._contact = contact
        self._private_key = private_key
        self._rate_limit = rate_limit
        self.blueprint = Blueprint("pwagen", __name__)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add the app to an application; raises ConfigError with every problem in its config."""
        root = Path(app.root_path)
        self.web_app = WebApp(
            [root, root.parent],
            app.config.get(SETTING),
            f'app.config["{SETTING}"]',
            lambda: _static(app),
            private_key=self._private_key,
            contact=self._contact,
        )
        for warning in self.web_app.warnings:
            app.logger.warning("pwagen: %s", warning)
        for path in self.web_app.files():
            name = path.replace(".", "-")
            self.blueprint.add_url_rule(f"/{path}", name, self._file, defaults={"path": path})
        endpoint = self.web_app.endpoint
        self.store = self._open_store(app) if endpoint else None
        if self.store is not None:
            self._requests = SubscriptionRequests(self.store, rate_limit=self._rate_limit)
            methods = ["POST", "PUT", "DELETE"]
            self.blueprint.add_url_rule(f"/{endpoint}", "subscriptions", self._subscriptions, methods=methods)
        app.register_blueprint(self.blueprint)
        app.extensions["pwagen"] = self
        app.jinja_env.globals["pwagen_head"] = self.head
        self._flask = app

    def head(self, nonce: str = "", language: str = "") -> Markup:
        """Return the tags for the head of the page of the current request."""
        return Markup(self.web_app.head(f"{request.root_path}/", language, nonce))  # noqa: S704 - escaped

    def send(self, message: Sendable, *, user: str | None = None, topic: str | None = None) -> list[Outcome]:
        """Send to the browsers of a user, of a topic or of all who subscribed; return the outcomes.

        Raises:
            PwagenError: there is no key or no contact to send with, or nobody can subscribe.
        """
        return self.web_app.send(self.store, message, user, topic)

    def _open_store(self, app: Flask) -> Store:
        store = self._store
        if isinstance(store, Store):
            return store
        if store is None:
            Path(app.instance_path).mkdir(parents=True, exist_ok=True)
            return Store(Path(app.instance_path, DEFAULT_STORE))
        with app.app_context():
            return Store(store.engine if isinstance(store, HasEngine) else store)

    def _file(self, path: str) -> Response:
        file = self.web_app.files(look_again=self._flask.debug).get(path)
        if file is None:
            abort(404)
        response = Response(file.content, headers=dict(file.headers))
        response.set_etag(file.etag.strip('"'))
        response.make_conditional(request)
        return response

    def _subscriptions(self) -> Response:
        def user(_: Claims) -> str | None:
            return self._user() if self._user else None

        def topics(claims: Claims) -> Collection[str] | None:
            choice = self._topics
            if choice is None:
                return None
            return choice(claims.topics) if callable(choice) else chosen_topics(claims, choice)

        headers = {name.lower(): value for name, value in request.headers}
        client = request.remote_addr or ""
        answer = self._requests.answer(request.method, headers, client, request.get_data, user, topics)
        return Response(answer.body, answer.status, dict(answer.headers))


def _static(app: Flask) -> Mapping[str, Path]:
    if not app.static_folder or not Path(app.static_folder).is_dir():
        return {}
    return static_files(Path(app.static_folder), app.static_url_path or "")
