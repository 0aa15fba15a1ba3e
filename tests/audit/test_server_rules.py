"""The rules about answers of a server, on sites that a server answers for."""

from __future__ import annotations

import gzip
import json
import mimetypes
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audit_target import open_audit_target
from pwagen.audit.finding import Finding
from pwagen.audit.rule import Rule
from pwagen.audit.rules import RULES
from pwagen.audit.settings import AuditSettings
from pwagen.errors import PwagenError
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.audit.examples import answers_of, is_for_server, write_example

pytestmark = pytest.mark.slow  # each case audits a whole site

EACH_RULE = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if is_for_server(rule)], ids=lambda rule: rule.id
)


def findings_at(url: str, *, may_be_private: bool = False) -> list[Finding]:
    return audit(open_audit_target(url, may_be_private=may_be_private), AuditSettings())


def findings_of(example: Mapping[str, str], folder: Path) -> list[Finding]:
    with SiteServer(write_example(folder, example), answers=answers_of(example)) as server:
        return findings_at(server.url)


def test_the_base_site_has_no_finding(tmp_path: Path) -> None:
    assert findings_of({}, tmp_path) == []


@EACH_RULE
def test_the_bad_example_is_noticed_by_its_rule_alone(rule: Rule, tmp_path: Path) -> None:
    findings = findings_of(rule.bad, tmp_path)
    assert {finding.rule for finding in findings} == {rule.id}, findings
    assert all("http://localhost:" in str(finding.where) for finding in findings)


@EACH_RULE
def test_the_good_example_has_no_finding(rule: Rule, tmp_path: Path) -> None:
    assert findings_of(rule.good, tmp_path) == []


class Handler(BaseHTTPRequestHandler):
    """Answers as its server says, in bytes."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.server.answer(self)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(answer: object, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[str]:
    server = ThreadingHTTPServer((host, 0), Handler)
    server.answer, server.asked = answer, []  # type: ignore[attr-defined]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(b'<!doctype html><link rel="manifest" href="manifest.json">')


def rules_of(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.mark.slow
def test_a_certificate_that_nobody_signed_is_a_finding(tmp_path: Path) -> None:
    with serving(page, self_signed(tmp_path)) as url:
        findings = findings_at(url)
    assert "server-https" in rules_of(findings)
    assert "certificate" in next(finding for finding in findings if finding.rule == "server-https").message


def test_http_on_a_name_that_is_not_this_machine_is_a_finding() -> None:
    name = socket.gethostname()
    try:
        address = socket.gethostbyname(name)
    except OSError:
        pytest.skip(f"{name} has no address here")
    with serving(page, host=address) as url:
        there = url.replace("localhost", name)
        with pytest.raises(PwagenError, match="private address"):
            findings_at(there)
        assert "server-https" in rules_of(findings_at(there, may_be_private=True))


def test_redirects_for_ever_end() -> None:
    def around(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", handler.path + "x")
        handler.end_headers()

    with serving(around) as url:
        (finding,) = findings_at(url)
    assert (finding.rule, str(finding.where)) == ("server-reachable", url)


def test_an_answer_may_take_longer_than_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.audit.sources.http_request._CONNECT_SECONDS", 0.1)

    def slow(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/":
            time.sleep(0.3)
        page(handler)

    with serving(slow) as url:
        assert "manifest-json" in rules_of(findings_at(url))


def test_a_redirect_to_another_host_is_not_followed() -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(301)
        handler.send_header("Location", "https://www.bakery.example/")
        handler.end_headers()

    with serving(elsewhere) as url:
        findings = findings_at(url)
    assert rules_of(findings) == {"server-reachable"}
    assert "https://www.bakery.example/, which is another host" in findings[0].message


@pytest.mark.parametrize("begins", [True, False], ids=["in the middle", "at once"])
def test_a_server_that_hangs_is_one_line(begins: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.audit.sources.server_source._SECONDS", 0.5)
    monkeypatch.setattr("pwagen.audit.sources.http_request._CONNECT_SECONDS", 0.5)
    ended = threading.Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        if begins:
            handler.send_response(200)
            handler.end_headers()
            for _ in range(20):
                handler.wfile.write(b"<p>")
                if ended.wait(0.1):
                    return
        ended.wait(3)

    start = time.monotonic()
    with serving(hang) as url:
        with pytest.raises(PwagenError, match=r"0\.5 s"):
            findings_at(url)
        ended.set()
    assert time.monotonic() - start < 3


def test_a_host_that_does_not_exist_and_a_closed_port_are_one_line() -> None:
    for url in ("http://bakery.invalid/", "http://localhost:9/", "https://[::1]:9/"):
        with pytest.raises(PwagenError, match=r"^http"):
            findings_at(url)


@pytest.mark.parametrize(
    "url",
    ["ftp://bakery.example/", "https://", "http://a:b@localhost/", "http://[x/", "http://bäcker..example/"],
)
def test_what_is_no_address_is_one_line(url: str) -> None:
    with pytest.raises(PwagenError, match=r"URL|user name"):
        findings_at(url)


PAGE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"", "it closed the connection without an answer"),
        (b"<!doctype html>\r\n", "its answer is not HTTP"),
        (PAGE_HEAD + b"Content-Length: 9\r\n\r\n<p>", "the answer ended 6 bytes before its Content-Length"),
        (
            PAGE_HEAD + b"Content-Encoding: br\r\n\r\n\x8b\x03",
            "Content-Encoding: br, which was not asked for",
        ),
        (PAGE_HEAD + b"Content-Encoding: gzip\r\n\r\n<p>", "is not what Content-Encoding: gzip says"),
        (PAGE_HEAD + b"\r\n" + bytes(33 << 20), "the page has more than 32 MiB"),
        (PAGE_HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(33 << 20)), "more than 32 MiB"),
    ],
    ids=["none", "no HTTP", "cut off", "brotli", "no gzip", "endless", "gzip bomb"],
)
def test_an_answer_that_is_none_is_one_line(answer: bytes, message: str) -> None:
    def raw(handler: BaseHTTPRequestHandler) -> None:
        with suppress(ConnectionError):
            handler.wfile.write(answer)

    with serving(raw) as url, pytest.raises(PwagenError) as refusal:
        findings_at(url)
    assert message in str(refusal.value)


@pytest.mark.slow
def test_headers_that_come_letter_by_letter_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.audit.sources.server_source._SECONDS", 0.5)
    ended = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(ConnectionError):
            while not ended.wait(0.1):
                handler.wfile.write(b"X")

    start = time.monotonic()
    with serving(drip) as url:
        with pytest.raises(PwagenError, match=r"0\.5 s"):
            findings_at(url)
        ended.set()
    assert time.monotonic() - start < 3


def test_a_server_that_is_always_late_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.audit.sources.server_source._SECONDS", 0.2)
    ended, asked = threading.Event(), list[str]()

    def late(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if handler.path == "/":
            page(handler)
            handler.wfile.write(b"".join(b'<a href="/%d">' % number for number in range(39)))
        else:
            ended.wait(5)

    with serving(late) as url:
        findings = findings_at(url)
        ended.set()
    assert len(asked) < 20
    assert "no answer within 0.2 s" in [finding.message for finding in findings]


def test_nobody_knows_of_what_is_not_answered_whether_it_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pwagen.audit.sources.server_source._SECONDS", 0.3)
    answer, ended = answering(write_example(tmp_path, {})), threading.Event()

    def late(handler: BaseHTTPRequestHandler) -> None:
        if handler.path in ("/", "/app.js", "/sw.js", "/manifest.json"):
            answer(handler)
        else:
            ended.wait(5)

    with serving(late) as url:
        findings = findings_at(url)
        ended.set()
    # No icon can be used; whether they are there isn't said.
    assert rules_of(findings) <= {"server-reachable", "manifest-icon", "head-apple-icon"}


def answering(folder: Path, before: bytes = b"") -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what answers with the files of a folder, in gzip, which nobody asked for."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        file = folder / (handler.path.lstrip("/").partition("?")[0] or "index.html")
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            handler.send_error(404)
            return
        handler.wfile.write(before)
        handler.send_response(200)
        handler.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(gzip.compress(file.read_bytes()))

    return answer


def test_what_is_packed_or_announced_is_read(tmp_path: Path) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </app.js>; rel=preload\r\n\r\n"
    with serving(answering(write_example(tmp_path, {}), hints)) as url:
        assert findings_at(url) == []


def test_a_site_is_followed_to_https_on_its_host(tmp_path: Path) -> None:
    folder = write_example(tmp_path / "site", {})
    with serving(answering(folder), self_signed(tmp_path)) as secure:

        def upgrade(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(301)
            handler.send_header("Location", secure)
            handler.end_headers()

        with serving(upgrade) as url:
            findings = findings_at(url)
    assert [(finding.rule, finding.where.path) for finding in findings] == [("server-https", secure)]


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("file:///etc/passwd", "redirects to file:///etc/passwd, which is another host"),
        ("http://10.0.0.1/", "redirects to http://10.0.0.1/, which is another host"),
        ("http://localhost:9/", "redirects to http://localhost:9/, which is another origin of this host"),
        ("http://[::1", "redirects to what is not a URL"),
        ("/a b\xe9", "the server has nothing there (404)"),
        ("/", "redirects more than 10 times, and sets a cookie, which is not sent back"),
    ],
)
def test_where_redirects_lead(location: str, message: str) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(404 if " " in location and handler.path == "/a%20b%C3%A9" else 302)
        handler.send_header("Location", location)
        handler.send_header("Set-Cookie", "seen=1")
        handler.end_headers()

    with serving(redirect) as url:
        assert [finding.message for finding in findings_at(url)] == [message]


def test_only_the_named_host_is_asked(tmp_path: Path) -> None:
    """Links, icons, scripts and redirects of another host are not fetched."""
    with SiteServer(tmp_path / "other") as other, SiteServer(tmp_path / "own", answers=Answers()) as server:
        elements = f'<script src="{other.url}x.js"></script><a href="{other.url}">x</a>'
        icons = json.dumps({"icons": [{"src": f"{other.url}icon.png", "sizes": "192x192"}]})
        write_example(tmp_path / "own", {"index.html#head": elements, "manifest.json": icons})
        server.answers.path_headers["about/"] = {"Location": other.url}
        server.answers.status["about/"] = 302
        findings_at(server.url)
        assert not other.requests
        assert 5 < len(server.requests) < 30


def self_signed(folder: Path) -> ssl.SSLContext:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


STORES_ALL = (
    'self.addEventListener("fetch", (event) => {\n'
    '  if (event.request.method !== "GET") return;\n'
    "  event.respondWith(fetch(event.request).then((answer) => {\n"
    "    const copy = answer.clone();\n"
    '    if (%s) event.waitUntil(caches.open("bakery-3").then((cache) => cache.put(event.request, copy)));\n'
    "    return answer;\n  }));\n});"
)
NOT_INSTALLED = 'self.oninstall = (event) => event.waitUntil(caches.open("bakery-3"));'


@pytest.mark.parametrize(
    ("path", "headers", "mark"),
    [
        ("about/", {"Cache-Control": "No-Store, max-age=0"}, "Cache-Control: no-store"),
        ("about/", {"Set-Cookie": "session=secret; Path=/; HttpOnly"}, "the cookie session"),
        ("about/", {"Set-Cookie": "AWSALB=1; Expires=Wed, 02 Dec 2026 10:00:00 GMT; Path=/"}, ""),
        ("app.js", {"Set-Cookie": "session=secret"}, ""),
        ("app.js", {"Cache-Control": "private"}, "Cache-Control: private"),
        ("about/", {"Cache-Control": 'no-cache="private"'}, ""),
        # Nobody stores it.
        ("icons/icon-512.png", {"Cache-Control": "private"}, ""),
    ],
)
def test_what_the_worker_stores_although_it_is_private(
    path: str, headers: dict[str, str], mark: str, tmp_path: Path
) -> None:
    answers = Answers(path_headers={path: headers})
    with SiteServer(write_example(tmp_path, {}), answers=answers) as server:
        findings = findings_at(server.url)
    assert [finding.message.partition("sent with ")[2] for finding in findings] == ([mark] if mark else [])
    assert "secret" not in str(findings)


@pytest.mark.parametrize(
    ("condition", "rules"),
    [
        ("answer.ok", {"server-stored-private"}),
        ('answer.ok && !/private/.test(answer.headers.get("Cache-Control") ?? "")', set()),
    ],
)
def test_a_private_page_where_every_page_is_stored(condition: str, rules: set[str], tmp_path: Path) -> None:
    example = {"sw.js#fetch": STORES_ALL % condition, "sw.js#install": NOT_INSTALLED}
    answers = Answers(path_headers={"about/": {"Cache-Control": "private"}})
    with SiteServer(write_example(tmp_path, example), answers=answers) as server:
        assert rules_of(findings_at(server.url)) == rules


@pytest.mark.parametrize(
    ("status", "location"),
    [(302, "https://login.example/?next=/manifest.json"), (302, "/"), (401, ""), (403, "")],
    ids=["another host", "a page of the site", "401", "403"],
)
def test_a_manifest_behind_a_log_in_needs_credentials(status: int, location: str) -> None:
    """It is there, so that nothing says that it is missing."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path != "/manifest.json":
            page(handler)
            return
        handler.send_response(status)
        if location:
            handler.send_header("Location", location)
        handler.end_headers()

    with serving(answer) as url:
        findings = findings_at(url)
    assert "server-manifest" in rules_of(findings)
    assert "manifest-linked" not in rules_of(findings)
    assert "use-credentials" in next(one for one in findings if one.rule == "server-manifest").fix


def test_a_page_for_every_address_is_neither_a_worker_nor_a_manifest() -> None:
    """Servers of single-page apps answer so; what is linked or registered is judged by its type."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(b"\n<!doctype html><title>Bakery</title>")

    with serving(answer) as url:
        assert rules_of(findings_at(url)) == {"manifest-linked"}
