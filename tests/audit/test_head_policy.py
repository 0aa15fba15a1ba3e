"""The Content-Security-Policy of a page, against what the app needs of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.audit.examples import write_example
from tests.audit.test_rules import findings_in
from tests.audit.test_server_rules import findings_at

pytestmark = pytest.mark.slow  # each case audits a whole site

INLINE = "\nnavigator.serviceWorker.register('sw.js').catch(console.error);\n"
# By openssl dgst -sha256 -binary | base64.
HASH = "'sha256-bf5WG4A5N/KVBMZegvMu+Koyy1zPob/2xF7sJ+V5Ieo='"


def messages(folder: Path, policy: str, **blocks: str) -> list[str]:
    meta = f'<meta http-equiv="content-security-policy" content="{policy}">'
    example = {"index.html#viewport": f'<meta name="viewport" content="width=device-width">{meta}'}
    folder = write_example(folder, example | {f"index.html#{name}": text for name, text in blocks.items()})
    return [finding.message for finding in findings_in(folder) if finding.rule == "head-csp"]


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        ("default-src 'none'", ["manifest", "script that", "worker"]),
        ("default-src 'self'; worker-src blob:", ["worker"]),
        ("default-src 'self'; child-src 'none'", ["worker"]),
        ("default-src 'self'; manifest-src data:", ["manifest"]),
        ("default-src 'self'; script-src-elem 'none'", ["script that"]),
        ("default-src 'self'; Script-Src 'none'; script-src 'self'", ["script that", "worker"]),
        # The host may be this one.
        ("default-src https:; worker-src bakery.example; manifest-src *", []),
        # The worker is trusted as the script that registers it, which isn't trusted without the nonce.
        ("script-src 'nonce-1' 'strict-dynamic' 'self'", ["script that"]),
        ("script-src 'self'; worker-src 'strict-dynamic'", []),
        ("worker-src {{ worker }}", []),
        ("", []),
    ],
)
def test_what_a_policy_refuses(policy: str, refused: list[str], tmp_path: Path) -> None:
    found = [message.removeprefix("the policy allows no ") for message in messages(tmp_path, policy)]
    assert [text.startswith(word) for text, word in zip(found, refused, strict=True)] == [True] * len(refused)


@pytest.mark.parametrize(
    ("sources", "attributes", "is_blocked"),
    [
        ("'self'", "", True),
        ("'self' 'unsafe-inline'", "", False),
        # Beside a nonce or a hash, it doesn't count.
        ("'self' 'unsafe-inline' 'nonce-A'", "", True),
        ("'self' 'nonce-A'", ' nonce="A"', False),
        ("'self' 'nonce-A'", ' nonce="a"', True),
        (f"'self' {HASH}", "", False),
        ("'self' 'nonce-A'", ' nonce="{{ nonce }}"', False),
    ],
)
def test_a_registration_in_the_page(sources: str, attributes: str, is_blocked: bool, tmp_path: Path) -> None:
    policy = f"default-src 'self'; script-src {sources}; worker-src 'self'"
    found = messages(tmp_path, policy, script=f"<script{attributes}>{INLINE}</script>")
    assert bool(found) is is_blocked
    assert all("script-src has neither its hash nor its nonce" in text for text in found)


@pytest.mark.parametrize(
    ("sources", "attributes", "is_blocked"),
    [
        ("'nonce-A' 'strict-dynamic'", ' nonce="A"', False),
        ("'nonce-A' 'strict-dynamic'", ' nonce="B"', True),
        ("'nonce-A' 'strict-dynamic' 'self'", "", True),
        # Whether the hash is that of the file is for the browser to say.
        ("'sha256-AAAA' 'strict-dynamic'", ' integrity="sha256-AAAA"', False),
        ("'sha256-AAAA' 'strict-dynamic'", "", True),
        ("'nonce-A' 'strict-dynamic'", ' integrity="sha256-AAAA"', True),
        ("'nonce-A'", ' nonce="A"', False),
        ("'nonce-A'", "", True),
        ("'nonce-A' 'self'", "", False),
    ],
)
def test_a_script_file_is_trusted(sources: str, attributes: str, is_blocked: bool, tmp_path: Path) -> None:
    script = f'<script src="app.js"{attributes}></script>'
    found = messages(tmp_path, f"script-src {sources}; worker-src 'self'", script=script)
    assert bool(found) is is_blocked
    assert all("allows no script that registers the worker: script-src" in text for text in found)


def test_a_script_before_the_policy_runs(tmp_path: Path) -> None:
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; worker-src 'self'\">"
    viewport = '<meta name="viewport" content="width=device-width">'
    example = {"index.html#viewport": f'{viewport}<script src="app.js"></script>{policy}'}
    folder = write_example(tmp_path, example | {"index.html#script": ""})
    assert findings_in(folder) == []


@pytest.mark.parametrize("policy", ["worker-src blob:", "default-src 'self', worker-src 'none'"])
def test_a_server_s_policy_is_read_alike(policy: str, tmp_path: Path) -> None:
    answers = Answers(headers={"Content-Security-Policy": policy})
    with SiteServer(write_example(tmp_path, {}), answers=answers) as server:
        (finding,) = findings_at(server.url)
    assert finding.rule == "server-csp" and "worker-src 'self'" in finding.fix


def test_a_page_that_needs_nothing_may_have_any_policy(tmp_path: Path) -> None:
    page = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><title>A form</title>'
    assert findings_in(write_example(tmp_path, {"about/index.html": page})) == []


def test_a_script_that_is_in_every_page_is_found_behind_the_policy_of_one(tmp_path: Path) -> None:
    script = f"<script>{INLINE}</script>"
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self'; worker-src 'self'\">"
    example = {
        "index.html#script": f"<script>document.title += '!';</script>{script}",
        "about/index.html": f"{policy}<script>document.title += '!';</script>{script}",
    }
    (finding,) = findings_in(write_example(tmp_path, example))
    assert (finding.rule, finding.where.path) == ("head-csp", "about/index.html")
    assert "or add its hash to script-src" in finding.fix
