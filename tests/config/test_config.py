"""pwagen.yaml to the typed config: what loads, what is said of what doesn't, and hostile files."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pwagen.config import load, load_with_warnings, parse
from pwagen.config.model import Config, Icons, Monogram
from pwagen.config.parsing import compose
from pwagen.errors import ConfigError
from tests.config.config_members import all_members, written_members
from tests.folders import TESTS

CONFIGS = TESTS / "configs"
FILE = Path("pwagen.yaml")
PUBLIC = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
PRIVATE = (
    base64.urlsafe_b64encode(hashlib.sha256(b"a key of these tests alone").digest()).rstrip(b"=").decode()
)
APP = "app: {name: A}\n"


def problems(text: str | bytes, file: Path = FILE) -> list[str]:
    """Return what is said about a file with this text."""
    try:
        parse(text.encode() if isinstance(text, str) else text, file)
    except ConfigError as error:
        return [str(problem).removeprefix(f"{file}:") for problem in error.problems]
    return []


def warnings(text: str, file: Path = CONFIGS / "pwagen.yaml") -> list[str]:
    return [str(problem).removeprefix(f"{file}:") for problem in parse(text.encode(), file)[1]]


# --- what loads ----------------------------------------------------------------------------------


def test_the_full_example_says_everything_that_can_be_said() -> None:
    written = set[tuple[str, str]]()
    for name in ("full.yaml", "icons-listed.yaml", "icons-monogram.yaml"):
        text = (CONFIGS / name).read_text(encoding="utf-8")
        written |= written_members(yaml.safe_load(text), Config)
    assert all_members(Config) - written == set()


def test_the_full_example_arrives_whole_and_typed() -> None:
    config: Any
    config, notes = load_with_warnings(CONFIGS / "full.yaml")
    assert notes == []
    assert config.app.shortcuts[0].name_localized["no"].value == "Tidevann"
    assert config.app.file_handlers[0].accept == {"text/csv": (".csv", ".tar.gz"), "image/*": (".png",)}
    assert config.app.launch_handler.client_mode == ("focus-existing", "auto")
    assert config.notifications.close.do == "post"
    assert config.badge.on_open == 3
    # Binding by hand must agree with msgspec's own reading of the same model.
    plain = yaml.safe_load((CONFIGS / "full.yaml").read_text(encoding="utf-8"))
    assert config == msgspec.convert({key: plain[key] for key in plain if not key.startswith("x-")}, Config)


def test_a_name_is_enough() -> None:
    assert load(CONFIGS / "minimal.yaml") == Config(
        app=msgspec.convert({"name": "Minimal"}, type(load(CONFIGS / "minimal.yaml").app)),
        icons=Icons(monogram=Monogram()),
    )


def test_the_folder_or_the_file(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text(APP)
    (tmp_path / "other.yml").write_text("app: {name: B}\n")
    assert load(tmp_path).app.name == "A"
    assert load(tmp_path / "other.yml").app.name == "B"
    with pytest.raises(ConfigError) as error:
        load(tmp_path / "nowhere")
    assert (
        str(error.value)
        == f"{tmp_path / 'nowhere'}: cannot be read: no such file or directory - pwagen init writes one"
    )


@pytest.mark.parametrize(
    "text", ["\ufeffapp: {name: A}", "app:\r\n  name: A\r\n", "---\napp: {name: A}\n...\n"]
)
def test_byte_order_mark_and_line_ends(text: str) -> None:
    assert parse(text.encode(), FILE)[0].app.name == "A"


def test_yaml_that_is_meant_is_understood() -> None:
    text = """
    app:
      name: !!str 2026
      name_localized: {no: Norsk, nb: {value: Norsk}}
    offline: no
    push:
    icons:
    periodic_sync:
    minify: yes
    x-anything: [1, {2: 3}]
    """
    config = parse(text.encode(), FILE)[0]
    assert (config.app.name, config.offline, config.push, config.minify) == ("2026", False, None, True)


def test_aliases_are_values() -> None:
    text = APP + "x-icon: &icon {src: a.png, sizes: 192x192}\nicons: {files: [*icon, *icon]}"
    config = parse(text.encode(), FILE)[0]
    assert len(config.icons.files) == 2
    assert config.icons.files[0].src == "a.png"


@pytest.mark.parametrize(
    ("text", "clear_on"),
    [
        ("badge: {on_push: add}", ("open", "click")),
        ("badge: {on_open: keep}", ("click",)),
        ("badge: {on_open: 3, on_click: add}", ()),
        ("badge: {on_close: add, clear_on: [open]}", ("open",)),
        ("badge: {on_open: clear, clear_on: [open]}", ("open",)),
    ],
)
def test_a_written_badge_rule_wins_over_the_default_of_clear_on(text: str, clear_on: tuple[str, ...]) -> None:
    badge = parse((APP + text).encode(), FILE)[0].badge
    assert badge and badge.clear_on == clear_on


# --- what is said --------------------------------------------------------------------------------


def messages() -> list[tuple[str, str]]:
    """Return (text, messages) of the table, which is complete and in order; warnings say so."""
    cases = re.split(
        r"^=== .*\n", (CONFIGS / "messages.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
    )[1:]
    pairs = [case.split("--->\n") for case in cases]
    return [(text, said.rstrip("\n")) for text, said in pairs]


@pytest.mark.parametrize(("text", "said"), messages(), ids=lambda text: repr(text[-30:]))
def test_what_is_said(text: str, said: str) -> None:
    file = CONFIGS / "pwagen.yaml"
    found = problems(text, file) or ["warning " + line for line in warnings(text, file)]
    assert "\n".join(found) == said


def test_the_same_is_said_without_the_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "Loader", yaml.SafeLoader)
    for text, said in messages():
        test_what_is_said(text, said)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"app: {name: A}\n# \xe4\n", "2:3: byte 0xe4 at offset 17 is not UTF-8 - save the file as UTF-8"),
        (b"\xff\xfea\0", "1:1: the file is UTF-16 - save it as UTF-8"),
        (b"app: {name: A\x07}", "1:14: a control character - remove it"),
        (b"[" * 100, "1:52: brackets or indentation nest too deeply - no config needs more than 10 levels"),
        (
            b"app: {name: A}\nbadge: {on_push: " + b"9" * 5000 + b"}",
            f"2:18: badge.on_push: {'9' * 59}… is too large - write 9007199254740991 or less",
        ),
        (
            b'app: {name: A, display: "a\\nb\\e[31m\\u202e"}',
            '1:25: app.display: "a b [31m " is not allowed here'
            " - write fullscreen, standalone, minimal-ui or browser",
        ),
        (b"#" * 300_000, " the file has more than 256 KiB - a config takes a few of them"),
    ],
)
def test_what_is_said_about_bytes(data: bytes, message: str) -> None:
    assert problems(data) == [message]


@pytest.mark.parametrize(
    "text",
    [
        "app: {name: A, start_url: /news/, shortcuts: [{name: B, url: b}]}",  # who knows where the app is put
        "app: {name: A, scope: /, start_url: ../../x}",
        "app: {name: A, scope: ../, start_url: ./, shortcuts: [{name: B, url: ../b/}]}",
        "app: {name: A, scope: ./news, start_url: newsroom}",  # a prefix of text, not of folders
        "app: {name: A, share_target: {action: s, method: POST, enctype: multipart/form-data,"
        " params: {files: [{name: f, accept: [image/*]}]}}}",
        APP + "notifications: {click: 'https://example.com/', allowed_origins: ['https://example.com']}",
        APP + "site: ../configs/public",
    ],
)
def test_what_the_rules_leave_alone(text: str) -> None:
    assert problems(text, CONFIGS / "pwagen.yaml") == []


@pytest.mark.parametrize(
    "notifications",
    [
        "{click: 'https://example.com/a'}",
        "{actions: [{action: a, title: A, url: 'https://example.com/a'}]}",
        "{close: 'https://example.com/closed'}",
    ],
)
def test_a_target_elsewhere_needs_no_warning(notifications: str) -> None:
    told = warnings(APP + f"notifications: {notifications}")
    assert [one for one in told if "example.com" in one] == []


def test_pictures_are_judged_by_content(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(b"%PDF-1.7")
    (tmp_path / "page.svg").write_bytes(b"<!doctype html><html>")
    (tmp_path / "empty.png").write_bytes(b"")
    for start in (b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF....WEBP", b"\0\0\1\0", b"\0\0\0\x20ftypavif"):
        (tmp_path / "any.png").write_bytes(start)
        assert problems(APP + "icons: {source: any.png}", tmp_path / "pwagen.yaml") == []
    (tmp_path / "commented.svg").write_bytes(b"<?xml version='1.0'?><!--" + b"x" * 5000 + b"--><svg/>")
    text = APP + "icons:\n  source: logo.svg\n  maskable: page.svg\n  badge: empty.png\n"
    assert problems(text, tmp_path / "pwagen.yaml") == [
        '3:11: icons.source: "logo.svg" is a PDF file - save it as SVG or PNG',
        '4:13: icons.maskable: "page.svg" is not a picture file - save it as SVG or PNG',
        '5:10: icons.badge: "empty.png" is an empty file - save it as SVG or PNG',
    ]
    assert problems(APP + "icons: {source: commented.svg}", tmp_path / "pwagen.yaml") == []


def test_everything_is_said_at_once_and_in_order() -> None:
    text = (
        "app: {display: x, short_name: 1}\nupdate: never\nbadge: {on_push: nope}\n"
        "notifications: {actions: [{action: a, titel: B, url: 'a b'}, {action: a, title: C, url: c}]}\n"
    )
    found = problems(text)
    places = [tuple(map(int, line.split(":")[:2])) for line in found]
    assert places == sorted(places)
    assert [line.split(": ")[1] for line in found] == [
        "app", "app.display", "app.short_name", "update", "badge.on_push",
        "notifications.actions[a].titel", "notifications.actions[a].url", "notifications.actions[a].action",
    ]  # fmt: skip


def test_one_mistake_is_one_message() -> None:
    """A wrong scope says nothing about what is within, nor a misspelt key that it is missing."""
    assert (
        len(problems("app: {name: A, scope: 'http://a/', start_url: x, shortcuts: [{nam: B, url: ../x}]}"))
        == 2
    )


# --- private keys --------------------------------------------------------------------------------

JWK = f"{{kty: EC, crv: P-256, x: {PRIVATE}, y: {PRIVATE}, d: {PRIVATE}}}"
PEM = "|\n    -----BEGIN PRIVATE KEY-----\n    MIGHAgEAMBMGByqGSM49Ag\n    -----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "text",
    [
        f"push: {{vapid_public_key: {PRIVATE}}}",
        f"push: {{vapid_public_key: {PUBLIC}, vapid_private_key: {PRIVATE}}}",
        f"push: {{vapid_public_key: {PUBLIC}, privateKey: short}}",
        f"push:\n  vapid_public_key: {PUBLIC}\n  x-backup: {PEM}",
        f"x-keys: [{PRIVATE}]",
        f"x-keys: {{{PRIVATE}: 1}}",
        f"x-keys: {JWK}",
        f"x-keys: 'VAPID_PRIVATE_KEY={PRIVATE}'",
        f"notifications: {{tag: {PRIVATE}}}",
        f"badge: {{on_push: {PRIVATE}}}",
        f"offline: {{page: {PRIVATE}, nonsense: {PRIVATE}}}",
    ],
)
def test_a_private_key_is_refused_anywhere_and_never_shown(text: str) -> None:
    found = problems(APP + text)
    assert any("which nobody else may see" in line and "make a new pair" in line for line in found)
    assert not any(PRIVATE[:20] in line or "MIGHAgEA" in line for line in found)


def test_the_public_half_of_a_private_key_is_ready_to_paste() -> None:
    (line,) = problems(APP + f"push: {{vapid_public_key: {PRIVATE}}}")
    assert line.startswith(
        "2:26: vapid_public_key is a raw private key in base64url, which nobody else may see"
    )
    public = line.split('belongs to it is "')[1].split('"')[0]
    assert problems(APP + f"push: {{vapid_public_key: {public}}}") == []


def test_long_names_are_no_keys() -> None:
    long_name = "Harbour-News-Tide-Tables-2026-Edition-Three"
    assert len(long_name) == 43
    assert problems(APP + f"x-a: {long_name}\nx-hash: {'0a' * 32}\nnotifications: {{tag: {long_name}}}") == []


# --- hostile files -------------------------------------------------------------------------------

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefghijkl", "bcdefghijklm", strict=True)
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        (
            APP
            + "x-b: &b {"
            + ",".join(f"k{n}: 1" for n in range(9000))
            + "}\nicons: *b\noffline: *b\nworker: *b\n"
        ).encode(),
        b"[" * 260_000,
        b"- " * 130_000,
        b"{a: " * 60_000,
        b"? " * 130_000,
        b"[\n" * 100_000,
        b"- a\n" * 60_000,
        APP.encode() + b"".join(b"k%d: 1\n" % n for n in range(10_000)),
        APP.encode() + b"icons: {files: [" + b"{src: a b}," * 9_000 + b"]}",
        b"x: '" + b"-----BEGIN A-----" * 9_000 + b"'",
        b"x: " + b"*a" * 100_000,
        b"\t" * 250_000,
        b'a: "' + b"\\" * 250_000,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_a_hostile_file_is_refused_in_bounded_time(data: bytes) -> None:
    start = time.process_time()
    with pytest.raises(ConfigError) as error:
        parse(data, FILE)
    assert time.process_time() - start < 5
    assert 0 < len(error.value.problems) <= 101


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        APP + "x-b: &b {" + ",".join(f"x-{n}: 1" for n in range(4000)) + "}\nicons: *b\noffline: *b",
        APP + "x-b: &b {src: a.png}\nicons: {files: [" + "*b," * 9000 + "]}",
    ],
    ids=("bomb", "wide", "many"),
)
def test_what_aliases_multiply_is_bounded(text: str) -> None:
    assert any("the aliases make this file too large" in line for line in problems(text))


def check_any(data: bytes) -> None:
    """Assert that the bytes load or are refused by problems that have a place in the file."""
    lines = data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines() or [""]
    try:
        config, notes = parse(data, CONFIGS / "pwagen.yaml")
    except ConfigError as error:
        notes = error.problems
        assert notes
    else:
        assert isinstance(config, Config)
    for problem in notes:
        assert problem.message
        assert "Traceback" not in str(problem)
        assert "\n" not in str(problem)
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem


FULL = (CONFIGS / "full.yaml").read_text(encoding="utf-8")
FRAGMENTS = st.sampled_from(
    [
        *("app:", "name: A", "push:", "badge: ", "offline: ", "icons: {files: ", "x-", PRIVATE, PUBLIC),
        *("  ", "\n", "\t", "\r", "\u2028", "\x85", "\ufeff", "é", "😀", "\\", "---\n", "...\n"),
        *("- ", "[", "]", "{", "}", ": ", ",", "#", "&a ", "*a", "!!str ", "!x ", "|", ">", '"', "'", "<<: "),
        *("null", "yes", "1", "0.5", "2026-01-01", "%", "@", "=", "?"),
    ]
)


@pytest.mark.slow
@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes(data: bytes) -> None:
    check_any(data)


@pytest.mark.slow
@given(st.lists(FRAGMENTS, max_size=30).map("".join))
@settings(max_examples=250, deadline=None)
def test_any_yaml_like_text(text: str) -> None:
    check_any(text.encode())


@pytest.mark.slow
@given(st.integers(0, len(FULL)), st.integers(0, 40), st.lists(FRAGMENTS, max_size=3).map("".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_good_config(start: int, length: int, inserted: str) -> None:
    check_any((FULL[:start] + inserted + FULL[start + length :]).encode())
