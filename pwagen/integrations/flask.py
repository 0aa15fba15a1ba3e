"""The Flask extension: ``FlaskPwagen(app, user=…)``, and ``{{ pwagen_head() }}`` in the base template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pwagen.errors import PwagenError
from pwagen.imports.optional_packages import extra_for

with extra_for("pwagen.integrations.flask", "flask"):
    from flask import Blueprint, Flask, Response, abort, current_app, has_app_context, request
    from markupsafe import Markup

    from pwagen.integrations.served_files import static_files
    from pwagen.integrations.untagged_templates import MISSING_CALL, jinja_head_without_call
    from pwagen.integrations.web_app import WebApp, refuse_rivals
    from pwagen.push.storage.store import DEFAULT_STORE, Store
    from pwagen.serve.rate_limit import RateLimit
    from pwagen.serve.subscription_requests import Claims, SubscriptionRequests, chosen_topics

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pwagen.push.messages.raw_message import Sendable
    from pwagen.push.storage.database import Location
    from pwagen.push.transport.outcome import Outcome

Topics = Collection[str] | Callable[[list[str] | None], Collection[str] | None]
NAME = "pwagen"
SETTING = "PWAGEN"
"""The member of Flask's config that may have the tree of pwagen.yaml."""


@runtime_checkable
class HasEngine(Protocol):
    """The ``db`` of Flask-SQLAlchemy, which has the engine of the current application."""

    @property
    def engine(self) -> Engine:
        """The engine."""


@dataclass(frozen=True)
class FlaskState:
    """What an application has of the extension, as ``app.extensions["pwagen"]``."""

    app: Flask
    web_app: WebApp
    store: Store | None
    requests: SubscriptionRequests | None
    template_check: _TemplateCheck


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
        """Keep what is the same for each application; raises as `init_app` where there is one already."""
        if user is not None and not callable(user):
            raise TypeError(f'write user=lambda: session.get("user"), a function, and not {user!r}')
        self._user = user
        self._topics = topics
        self._store = store
        self._contact = contact
        self._private_key = private_key
        self._rate_limit = rate_limit
        self._latest: FlaskState | None = None
        self.blueprint = Blueprint(NAME, __name__)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add the app to an application.

        Raises ConfigError with every problem in its config, PwagenError where the application is in the way.
        """
        if not isinstance(app, Flask):
            raise TypeError(f"write FlaskPwagen(app), with the Flask object, and not {app!r}")
        root = Path(app.root_path)
        web_app = WebApp(
            [root, root.parent],
            app.config.get(SETTING),
            f'app.config["{SETTING}"]',
            lambda: _static(app),
            private_key=self._private_key,
            contact=self._contact,
        )
        if NAME in app.extensions:
            raise PwagenError("the application has FlaskPwagen already - create it, or call init_app, once")
        if NAME in app.blueprints:
            raise PwagenError(f"a blueprint of the application is named {NAME} already - name it otherwise")
        for warning in web_app.warnings:
            app.logger.warning("pwagen: %s", warning)
        refuse_rivals({rule.rule: rule.endpoint for rule in app.url_map.iter_rules()})
        # Each application has one of its own, of the same name.
        self.blueprint = Blueprint(NAME, __name__)
        for path in web_app.files():
            name = path.replace(".", "-")
            self.blueprint.add_url_rule(f"/{path}", name, self._file, defaults={"path": path})
        endpoint = web_app.endpoint
        store = self._open_store(app) if endpoint else None
        requests = SubscriptionRequests(store, rate_limit=self._rate_limit) if store else None
        if endpoint:
            methods = ["POST", "PUT", "DELETE"]
            self.blueprint.add_url_rule(f"/{endpoint}", "subscriptions", self._subscriptions, methods=methods)
        app.register_blueprint(self.blueprint)
        check = _TemplateCheck()
        self._latest = app.extensions[NAME] = FlaskState(app, web_app, store, requests, check)
        app.jinja_env.globals["pwagen_head"] = self.head
        app.teardown_request(check)

    @property
    def web_app(self) -> WebApp:
        """The files, the tags and the key of the current application."""
        return self._state.web_app

    @property
    def store(self) -> Store | None:
        """The subscriptions of the current application, None where none are taken."""
        return self._state.store

    def head(self, nonce: str = "", language: str = "") -> Markup:
        """Return the tags for the head of the page of the current request."""
        self._state.template_check.is_done = True
        return Markup(self.web_app.head(f"{request.root_path}/", language, nonce))  # noqa: S704 - escaped

    def send(self, message: Sendable, *, user: str | None = None, topic: str | None = None) -> list[Outcome]:
        """Send to the browsers of a user, of a topic or of all who subscribed; return the outcomes.

        Raises:
            PwagenError: there is no key or no contact to send with, or nobody can subscribe.
        """
        return self.web_app.send(self.store, message, user, topic)

    @property
    def _state(self) -> FlaskState:
        """The state of the current application, or without one of the latest; raises PwagenError."""
        current: FlaskState | None = current_app.extensions.get(NAME) if has_app_context() else None
        state = current or self._latest
        if state is None:
            raise PwagenError("there is no application yet - write pwagen.init_app(app) where it is made")
        return state

    def _open_store(self, app: Flask) -> Store:
        store = self._store
        if isinstance(store, Store):
            return store
        if store is None:
            folder = Path(app.instance_path)
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                problem = f"cannot make the instance folder {folder}: {error.strerror}"
                raise PwagenError(f"{problem} - pass store= with a file or a URL") from None
            return Store(folder / DEFAULT_STORE)
        with app.app_context():
            return Store(store.engine if isinstance(store, HasEngine) else store)

    def _file(self, path: str) -> Response:
        state = self._state
        file = state.web_app.files(look_again=state.app.debug).get(path)
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

        requests = self._state.requests
        assert requests is not None  # where there is no endpoint, there is no such route
        headers = {name.lower(): value for name, value in request.headers}
        client = request.remote_addr or ""
        answer = requests.answer(request.method, headers, client, request.get_data, user, topics)
        return Response(answer.body, answer.status, dict(answer.headers))


class _TemplateCheck:
    """Names the template that lacks the tags: while debugging, after the first request.

    By then all blueprints are there, and a function that adds the tags to every answer has called `head`.
    """

    def __init__(self) -> None:
        self.is_done = False

    def __call__(self, _: BaseException | None) -> None:
        if self.is_done or not current_app.debug:
            return
        self.is_done = True
        if place := jinja_head_without_call(current_app.jinja_env):
            current_app.logger.warning("pwagen: %s: %s", place, MISSING_CALL.format(call="pwagen_head()"))


def _static(app: Flask) -> Mapping[str, Path]:
    if not app.static_folder or not Path(app.static_folder).is_dir():
        return {}
    return static_files(Path(app.static_folder), app.static_url_path or "")
