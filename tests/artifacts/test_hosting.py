"""What each host is told, and that the servers which can be installed here do as told."""

from __future__ import annotations

import hashlib
import http.client
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints
from wsgiref.simple_server import WSGIRequestHandler, make_server

import msgspec
import pytest

from pwagen.artifacts.hosting import hosting_artifacts
from pwagen.artifacts.hosting.hosting_headers import (
    FINGERPRINTED,
    FINGERPRINTED_SIMPLY,
    IMMUTABLE,
    headers_for,
    policy_for,
)
from pwagen.artifacts.hosting.hosting_targets import HOSTS
from pwagen.config.model import (
    App,
    Badge,
    Config,
    Language,
    NotificationAction,
    Notifications,
    Push,
    Target,
    Worker,
)
from pwagen.render import source

CONFIG = Config(
    app=App(name="Harbour", scope="../日本/", lang="en"),
    languages={"de": Language()},
    worker=Worker(hooks="code/pwa-hooks.js"),
)
MANIFESTS = ("manifest.json", "manifest.de.json")
ALLOWED = "../%E6%97%A5%E6%9C%AC/"
REVALIDATED = ("sw.js", "register.js", "register.more.js", "pwa-hooks.js", *MANIFESTS)
FILES = {
    "sw.js": b"// worker",
    "register.js": b"// page",
    "register.more.js": b"// more",
    "pwa-hooks.js": b"// hooks",
    "manifest.json": b"{}",
    "manifest.de.json": b"{}",
    "main.3f9a1c2b.css": b"a{}",
    "photo-20260101.png": b"png",
    "index.html": b"<title>start</title>",
    "docs/sw.js": b"// another",
    "docs/hosting/index.html": b"<title>our own</title>",
    "hosting/README.md": b"# helpers",
    "readable/register.js": b"// page",
    "head.html": b"<meta>",
    "register.d.ts": b"export {};",
}
Headers = Mapping[str, str]
Get = Callable[[str], tuple[int, Headers]]


def files_for(host: str, config: Config = CONFIG) -> dict[str, str]:
    """Return the generated files of a host by name."""
    made = hosting_artifacts(msgspec.structs.replace(config, hosting=host))
    return {one.path.removeprefix("hosting/"): one.content.decode() for one in made}


def test_every_host_of_the_config_has_its_files() -> None:
    choices = get_args(get_type_hints(Config)["hosting"])
    assert {name for choice in choices for name in get_args(choice)} == set(HOSTS)


@pytest.mark.parametrize("host", HOSTS)
def test_the_readme_says_where_things_go_and_what_the_policy_is(host: str) -> None:
    files = files_for(host)
    readme = files.pop("README.md")
    assert readme.startswith(f"# {HOSTS[host].name}\n")
    assert "worker-src 'self'; manifest-src 'self'" in readme
    assert all(name in readme for name in files)
    assert "pwa-hooks.js" in readme
    assert "{{" not in readme + "".join(files.values())


def test_no_host_no_files() -> None:
    assert hosting_artifacts(CONFIG) == ()


def test_the_policy_names_the_push_server() -> None:
    key = "B" * 87
    elsewhere = Config(
        app=App(name="x"), push=Push(vapid_public_key=key, endpoint="https://push.example.com/api")
    )
    here = Config(app=App(name="x"), push=Push(vapid_public_key=key, endpoint="api/push"))
    assert "connect-src 'self' https://push.example.com" in policy_for(elsewhere)
    assert "connect-src 'self'" in policy_for(here)


def test_the_policy_names_where_clicks_are_posted() -> None:
    notifications = Notifications(
        click=Target(do="post", url="https://a.example/clicks?x"),
        close="https://b.example/",
        actions=(
            NotificationAction(action="c", title="C", do="post", url="https://c.example:8443/"),
            NotificationAction(action="d", title="D", url="https://opened.example/"),
            NotificationAction(action="e", title="E", do="post", url="clicks"),
        ),
    )
    assert "connect-src 'self' https://a.example https://b.example https://c.example:8443" in policy_for(
        Config(app=App(name="x"), notifications=notifications)
    )


def test_the_policy_allows_what_a_drawn_icon_needs() -> None:
    assert "img-src 'self'" in policy_for(Config(app=App(name="x"), badge=Badge()))
    drawn = Config(app=App(name="x"), badge=Badge(fallback="favicon"))
    assert "img-src 'self' data:" in policy_for(drawn)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("/", "/"),
        ("/a%20b/é/", "/a%20b/%C3%A9/"),
        ("../a/$b/c/", "../a/"),  # a folder above allows it, too
        ("../prefix", "../"),
        ("./", None),
        ("below/", None),
        ("./a/../b/", None),
        (None, None),
    ],
)
def test_a_scope_above_the_folder_is_allowed(scope: str | None, allowed: str | None) -> None:
    assert headers_for(Config(app=App(name="x", scope=scope))).worker_allowed == allowed


def test_the_header_is_for_the_worker_that_pages_register() -> None:
    config = Config(app=App(name="x", scope="/"), worker=Worker(script="own-worker.js"))
    for host in HOSTS:
        for text in files_for(host, config).values():
            for line in re.findall(r".*Service-Worker-Allowed.*", text):
                assert "sw.js" not in line
    entries = files_for("netlify", config)["_headers"].split("\n\n")
    assert [one.split()[0] for one in entries if "Service-Worker-Allowed" in one] == ["/own-worker.js"]


@pytest.mark.parametrize("hooks", ['a"b.js', "a b.js", "$(reboot).js", "a\nb.js", "-.js;"])
def test_a_hostile_name_gets_into_no_file(hooks: str) -> None:
    config = Config(app=App(name="x", scope='../"; evil'), worker=Worker(hooks=hooks))
    for host in HOSTS:
        for text in files_for(host, config).values():
            assert hooks not in text
            assert "evil" not in text


@pytest.mark.parametrize(
    ("name", "is_fingerprinted"),
    [
        ("main.3f9a1c2b.css", True),
        ("main-a1b2c3d4e5f60718.js", True),
        ("main.12ab34cd.min.js", True),
        ("style.55e7cbb9ba48.css", True),  # Django
        (f"main.{'a1' * 32}.css", True),  # Hugo
        ("0a1b2c3d4e5f.png", True),
        ("index-BxYz12Ab.js", True),  # Vite
        ("chunk-3QLZ7W5N.js", True),  # esbuild
        ("IMG_2024.jpg", False),
        ("trip-IMG_2024.jpg", False),
        ("DSC_0042.JPG", False),
        ("P1010042.jpg", False),
        ("MathJax3.js", False),
        ("lib-MathJax3.js", False),
        ("Chapter1.css", False),
        ("book.Chapter1.css", False),
        ("report-Q3FY2024.png", False),
        ("photo-20260101a.png", False),
        ("old-facade12.jpg", False),
        ("page-3f9a1c2b.html", False),
        ("photo-20260101.png", False),
        ("main.css", False),
        ("jquery-3.7.1.js", False),
        ("sw.js", False),
        ("face-decade.svg", False),
    ],
)
def test_fingerprints_are_told_from_dates_and_versions(name: str, is_fingerprinted: bool) -> None:
    assert (re.search(FINGERPRINTED, name) is not None) == is_fingerprinted
    assert is_fingerprinted or not re.search(FINGERPRINTED_SIMPLY, f"/{name}")


def test_the_worker_and_the_hosts_know_the_same_fingerprints() -> None:
    assert f"/{FINGERPRINTED}/" in source("worker/routes.js")
    found = [
        hashlib.sha256(str(number).encode()).hexdigest()[:length]
        for number in range(200)
        for length in (8, 12, 20, 64)
    ]
    known = [
        sum(bool(re.search(rule, f"/a.{one}.js")) for one in found)
        for rule in (FINGERPRINTED, FINGERPRINTED_SIMPLY)
    ]
    assert known[0] > 0.97 * len(found)
    assert known[1] > 0.85 * len(found)


def test_hosts_that_match_by_pattern_keep_what_never_changes() -> None:
    vercel = json.loads(files_for("vercel")["vercel.json"])["headers"][0]
    assert vercel["headers"][0]["value"] == IMMUTABLE
    assert re.fullmatch(vercel["source"], "/docs/index-BxYz12Ab.js")
    assert not re.fullmatch(vercel["source"], "/docs/sw.js")
    # Groups inside of one capture nothing: https://github.com/pillarjs/path-to-regexp/tree/v6.1.0
    assert not re.search(r"\((?!\?)", vercel["source"][2:])
    firebase = json.loads(files_for("firebase")["firebase.json"])["hosting"]["headers"][0]
    assert firebase["headers"][0]["value"] == IMMUTABLE
    assert re.search(firebase["regex"], "/docs/main.3f9a1c2b.css")
    assert "(?=" not in firebase["regex"]


@pytest.mark.parametrize("host", HOSTS)
def test_the_readme_promises_what_the_files_do(host: str) -> None:
    files = files_for(host)
    readme = files.pop("README.md")
    told = re.search(r"^\| files with a .*fingerprint.*immutable", readme, re.MULTILINE) is not None
    assert told == any(IMMUTABLE in text for text in files.values())
    assert told or "fingerprint" in readme


def test_headers_files_have_an_entry_for_each_file() -> None:
    for host in ("netlify", "cloudflare-pages"):
        entries = dict(re.findall(r"^/(\S+)\n((?:  .+\n?)+)", files_for(host)["_headers"], re.MULTILINE))
        assert set(entries) == set(REVALIDATED)
        assert all("  Cache-Control: no-cache" in entry for entry in entries.values())
        assert f"Service-Worker-Allowed: {ALLOWED}" in entries["sw.js"]
        assert all("application/manifest+json" in entries[name] for name in MANIFESTS)


def test_json_hosts_have_an_entry_for_each_file() -> None:
    vercel = json.loads(files_for("vercel")["vercel.json"])["headers"]
    firebase = json.loads(files_for("firebase")["firebase.json"])["hosting"]["headers"]
    for rows in (vercel, firebase):
        own = rows[1:]
        assert {row["source"].rpartition("/")[2] for row in own} == set(REVALIDATED)
        assert all({"key": "Cache-Control", "value": "no-cache"} in row["headers"] for row in own)


def test_the_upload_script_is_valid_shell(tmp_path: Path) -> None:
    script = tmp_path / "upload.sh"
    script.write_text(files_for("s3-cloudfront")["upload.sh"])
    aws = tmp_path / "aws"
    aws.write_text('#!/bin/sh\necho "$@" >> "$LOG"\n')
    aws.chmod(0o755)
    log = tmp_path / "log"
    (tmp_path / "css").mkdir()
    (tmp_path / "css/main.3f9a1c2b.css").touch()
    (tmp_path / "css/main.css").touch()
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "LOG": str(log),
        "S3_TARGET": "s3://b/x",
        "DISTRIBUTION": "D1",
    }
    subprocess.run(["sh", str(script)], env=environment, cwd=tmp_path, check=True)
    lines = log.read_text().splitlines()
    assert lines.pop(0) == (
        f"s3 cp ./css/main.3f9a1c2b.css s3://b/x/css/main.3f9a1c2b.css --cache-control {IMMUTABLE} "
        "--metadata-directive REPLACE"
    )
    assert lines[0].startswith(
        "s3 cp sw.js s3://b/x/sw.js --cache-control no-cache --content-type text/javascript"
    )
    assert lines[-1].startswith("cloudfront create-invalidation --distribution-id D1 --paths /*sw.js")
    assert subprocess.run(
        ["sh", str(script)], env={"PATH": "/bin"}, capture_output=True, check=False
    ).returncode


# --- running servers -----------------------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder with the app's files, open to servers that run as nobody."""
    with tempfile.TemporaryDirectory() as name:
        for path, content in FILES.items():
            target = Path(name, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        Path(name).chmod(0o755)
        yield Path(name)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def getter(port: int) -> Get:
    """Return a function that fetches a path from a server."""

    def get(path: str) -> tuple[int, Headers]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}
        finally:
            connection.close()

    return get


@contextmanager
def running(command: list[str], port: int, cwd: Path) -> Iterator[Get]:
    """Run a server until the block ends."""
    environment = {**os.environ, "HOME": str(cwd), "XDG_DATA_HOME": str(cwd), "XDG_CONFIG_HOME": str(cwd)}
    with (cwd / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=cwd, env=environment)
    try:
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (cwd / "log").read_text()
            assert time.monotonic() < deadline, (cwd / "log").read_text()
            threading.Event().wait(0.02)
        yield getter(port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def program(name: str) -> str:
    """Return the path of a server, or skip the test by its name."""
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/sbin:/bin")
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def check_private(get: Get) -> None:
    """Hold an application to not serving what is for its developers, of the folder that a build wrote."""
    for path in (
        "/hosting/README.md",
        "//hosting//README.md",
        "/hosting%2FREADME.md",
        "/%68osting/README.md",
        "/docs/../hosting/README.md",
        "/docs/%2e%2e/hosting/README.md",
        "/./hosting/README.md",
        "/hosting/",
        "/readable/register.js",
        "/head.html",
        "/register.d.ts",
    ):
        assert get(path)[0] in (404, 308), path
        assert get(path)[0] == 404 or "hosting/" not in get(path)[1]["location"], path
    assert get("/docs/hosting/index.html")[0] == 200, "the site's own"


def check(get: Get, *, manifest_type: str = "application/manifest+json") -> None:
    """Hold a server to what the README says."""
    for name in REVALIDATED:
        status, headers = get(f"/{name}")
        assert status == 200, name
        assert headers["cache-control"] == "no-cache", name
    for name in ("sw.js", "register.js", "pwa-hooks.js"):
        assert re.match(r"(text|application)/javascript\b", get(f"/{name}")[1]["content-type"])
    for name in MANIFESTS:
        assert get(f"/{name}")[1]["content-type"].split(";")[0] == manifest_type
    assert get("/sw.js")[1]["service-worker-allowed"] == ALLOWED
    assert "service-worker-allowed" not in get("/register.js")[1]
    assert get("/docs/sw.js")[1]["cache-control"] == "no-cache"
    for name in ("photo-20260101.png", "index.html"):
        assert "immutable" not in get(f"/{name}")[1].get("cache-control", "")
    assert get("/main.3f9a1c2b.css")[1]["cache-control"] == IMMUTABLE
    assert get("/absent.js")[0] == 404


@pytest.mark.slow
def test_nginx(folder: Path, tmp_path: Path) -> None:
    nginx, port = program("nginx"), free_port()
    for name, text in files_for("nginx").items():
        (tmp_path / name).write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        "http { include /etc/nginx/mime.types; access_log off; default_type application/octet-stream;\n"
        + "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"include {tmp_path}/nginx-http.conf;\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; include {tmp_path}/nginx-server.conf; }} }}\n"
    )
    with running([nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], port, tmp_path) as get:
        check(get, manifest_type="application/json")


@pytest.mark.slow
def test_apache(folder: Path, tmp_path: Path) -> None:
    apache, port = program("apache2"), free_port()
    modules = Path("/usr/lib/apache2/modules")
    (folder / ".htaccess").write_text(files_for("apache")["htaccess"])
    loaded = ["mpm_event", "authz_core", "mime", "headers", "dir"]
    (tmp_path / "apache.conf").write_text(
        "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in loaded)
        + f"ServerRoot {tmp_path}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {tmp_path}/pid\n"
        f"ErrorLog {tmp_path}/error.log\nTypesConfig /dev/null\nUser nobody\nGroup nogroup\n"
        f'DocumentRoot "{folder}"\n<Directory "{folder}">\n'
        "AllowOverride FileInfo\nRequire all granted\n</Directory>\n"
    )
    with running([apache, "-X", "-f", str(tmp_path / "apache.conf")], port, tmp_path) as get:
        check(get)


@pytest.mark.slow
def test_caddy(folder: Path, tmp_path: Path) -> None:
    caddy, port = program("caddy"), free_port()
    (tmp_path / "snippet").write_text(files_for("caddy")["Caddyfile"])
    (tmp_path / "Caddyfile").write_text(
        "{\nadmin off\nauto_https off\n}\n"
        f"http://127.0.0.1:{port} {{\nroot * {folder}\nimport {tmp_path}/snippet\nfile_server\n}}\n"
    )
    command = [caddy, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    with running(command, port, tmp_path) as get:
        check(get)


def load(host: str, name: str, tmp_path: Path) -> ModuleType:
    """Import a generated module."""
    path = tmp_path / name
    path.write_text(files_for(host)[name])
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def wsgi(app: Any) -> Iterator[Get]:
    """Serve a WSGI application."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield getter(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
def test_flask(folder: Path, tmp_path: Path) -> None:
    flask = pytest.importorskip("flask", reason="Flask is not installed")
    app = flask.Flask("app")
    app.add_url_rule("/", view_func=lambda: "start", endpoint="start")
    app.register_blueprint(load("flask", "pwagen_flask.py", tmp_path).pwa(folder))
    with wsgi(app) as get:
        check(get)
        assert get("/")[0] == 200
        assert get("/../pwagen_flask.py")[0] == 404
        check_private(get)


@pytest.mark.slow
def test_starlette(folder: Path, tmp_path: Path) -> None:
    uvicorn = pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    applications = pytest.importorskip("starlette.applications", reason="Starlette is not installed")
    app = applications.Starlette()
    app.mount("/", load("starlette", "pwagen_starlette.py", tmp_path).PwaFiles(directory=folder, html=True))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.02)
        check(getter(port))
        check_private(getter(port))
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.slow
def test_django_with_whitenoise(folder: Path, tmp_path: Path) -> None:
    for name in ("django", "whitenoise"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    (tmp_path / "pwagen_whitenoise.py").write_text(files_for("whitenoise")["pwagen_whitenoise.py"])
    (tmp_path / "settings.py").write_text(
        "from pwagen_whitenoise import add_headers, mimetypes\n"
        f"SECRET_KEY, ALLOWED_HOSTS, ROOT_URLCONF = 'x', ['*'], 'settings'\nurlpatterns = []\n"
        "STATIC_URL = '/static/'\nMIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n"
        f"WHITENOISE_ROOT = {str(folder)!r}\nWHITENOISE_ADD_HEADERS_FUNCTION = add_headers\n"
        "WHITENOISE_MIMETYPES = mimetypes\nWSGI_APPLICATION = None\n"
    )
    port = free_port()
    (tmp_path / "serve.py").write_text(
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
        "from wsgiref.simple_server import make_server\n"
        "from django.core.wsgi import get_wsgi_application\n"
        f"make_server('127.0.0.1', {port}, get_wsgi_application()).serve_forever()\n"
    )
    with running([sys.executable, str(tmp_path / "serve.py")], port, tmp_path) as get:
        check(get)
