"""Messages: what is written, what is refused, and the published schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwagen.push.crypto.encryption import MAX_PLAINTEXT, PayloadTooLargeError
from pwagen.push.messages.message import Message, MessageError
from pwagen.push.messages.message_json import parse_message
from pwagen.push.messages.message_schema import message_schema_json
from pwagen.push.messages.notification import Action
from pwagen.render import templates_folder

SCHEMA = json.loads((templates_folder() / "message.schema.json").read_text())
text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
urls = st.sampled_from(["./", "news/today?x=1#y", "https://harbour.news/", "/a", "http://127.0.0.1:8000/"])
optional_members: dict[str, st.SearchStrategy[Any]] = {
    "navigate": urls,
    "body": st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
    "actions": st.lists(
        st.builds(Action, action=text, title=text, navigate=st.none() | urls),
        max_size=3,
        unique_by=lambda action: action.action,
    ),
    "tag": text,
    "icon": urls,
    "image": urls,
    "badge": urls,
    "require_interaction": st.booleans(),
    "vibrate": st.lists(st.integers(0, 10000), max_size=5),
    "timestamp": st.integers(0, 2**53 - 1),
    "lang": st.sampled_from(["en", "pt-BR"]),
    "dir": st.sampled_from(["auto", "ltr", "rtl"]),
    "data": st.recursive(st.none() | st.booleans() | st.integers() | text, st.lists, max_leaves=5),
    "app_badge": st.booleans() | st.integers(0, 2**53 - 1),
    "mutable": st.booleans(),
}


@st.composite
def messages(draw: st.DrawFn) -> Message:
    values: dict[str, Any] = draw(st.fixed_dictionaries({"title": text}, optional=optional_members))
    return Message(**values)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(messages())
def test_every_message_satisfies_the_published_schema_and_is_read_back(message: Message) -> None:
    payload = message.payload()
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(payload))
    assert parse_message(payload) == message


def test_the_published_schema_is_the_one_of_the_types() -> None:
    published = (templates_folder() / "message.schema.json").read_text()
    assert published == message_schema_json(), "python -m pwagen.push.messages.message_schema writes it anew"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "invalid",
    [
        {},
        {"web_push": 8031, "notification": {"title": "x"}},
        {"web_push": 8030},
        {"web_push": 8030, "notification": {"title": ""}},
        {"web_push": 8030, "notification": {"title": "x", "body": None}},
        {"web_push": 8030, "notification": {"title": "x", "url": "./"}},
        {"web_push": 8030, "notification": {"title": "x", "actions": [{"action": "a"}]}},
        {"web_push": 8030, "notification": {"title": "x"}, "app_badge": -1},
        {"web_push": 8030, "notification": {"title": "x", "ttl": 60}},
        {"web_push": 8030, "notification": {"title": "x"}, "ttl": -1},
        {"web_push": 8030, "notification": {"title": "x"}, "urgency": "now"},
        {"web_push": 8030, "notification": {"title": "x"}, "topic": "a b"},
    ],
)
def test_the_published_schema_refuses(invalid: dict[str, Any]) -> None:
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(invalid))


def test_the_payload_is_declarative_with_the_badge_in_both_places() -> None:
    message = Message(title="Ebb", navigate="https://harbour.news/tides", app_badge=3, mutable=True)
    assert json.loads(message.payload()) == {
        "web_push": 8030,
        "notification": {"title": "Ebb", "navigate": "https://harbour.news/tides", "app_badge": "3"},
        "app_badge": 3,
        "mutable": True,
    }


def test_a_badge_without_a_number_stays_a_boolean() -> None:
    assert json.loads(Message(title="x", app_badge=True).payload())["app_badge"] is True
    assert "app_badge" not in json.loads(Message(title="x", app_badge=True).payload())["notification"]
    assert json.loads(Message(title="x", app_badge=0).payload())["app_badge"] == 0


@pytest.mark.parametrize(
    "form",
    [
        {"title": "Ebb", "body": "12:40", "app_badge": 2},
        {"notification": {"title": "Ebb", "body": "12:40"}, "app_badge": 2},
        {"web_push": 8030, "notification": {"title": "Ebb", "body": "12:40", "app_badge": "2"}},
    ],
)
def test_all_forms_of_a_message_are_read(form: dict[str, Any]) -> None:
    assert parse_message(form) == Message(title="Ebb", body="12:40", app_badge=2)
    assert parse_message(json.dumps(form), topic="tides").headers()["Topic"] == "tides"


def test_delivery_headers_have_defaults_that_reach_an_offline_device() -> None:
    assert Message(title="x").headers() == {"TTL": "86400", "Urgency": "normal"}
    urgent = Message(title="x", ttl_seconds=60, urgency="high", topic="tides")
    assert urgent.headers() == {"TTL": "60", "Urgency": "high", "Topic": "tides"}


@pytest.mark.parametrize(
    "form",
    [
        {"title": "x", "ttl": 60, "urgency": "high", "topic": "tides"},
        {"web_push": 8030, "notification": {"title": "x"}, "ttl": 60, "urgency": "high", "topic": "tides"},
    ],
)
def test_what_is_for_the_sender_is_in_headers_alone(form: dict[str, Any]) -> None:
    message = parse_message(form)
    assert message.headers() == {"TTL": "60", "Urgency": "high", "Topic": "tides"}
    assert json.loads(message.payload()) == {"web_push": 8030, "notification": {"title": "x"}}
    assert parse_message(form, ttl_seconds=0, topic="ebb").headers()["TTL"] == "0"
    if "web_push" in form:
        jsonschema.Draft202012Validator(SCHEMA).validate(form)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(MessageError) as refusal:
        Message(
            title="",
            body=7,  # type: ignore[arg-type]
            actions=[{"action": 1, "title": "x"}],  # type: ignore[arg-type]
            urgency="urgent",  # type: ignore[arg-type]
            ttl_seconds=-1,
            topic="a b",
            vibrate=(-1,),
            dir="up",  # type: ignore[arg-type]
        )
    assert str(refusal.value).splitlines() == [
        "actions[1].action: 1 where text is expected - write a text in quotes",
        "body: 7 where text is expected - write a text in quotes",
        'dir: "up" is not allowed here - write "auto", "ltr" or "rtl"',
        "title: is empty - write a text",
        'topic: "a b" is not a topic - write 1 to 32 of the characters A-Z a-z 0-9 - _',
        "ttl_seconds: -1 is too small - write 0 or more",
        'urgency: "urgent" is not allowed here - write "very-low", "low", "normal" or "high"',
        "vibrate[0]: -1 is too small - write 0 or more",
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"renotify": True}, "renotify: needs a tag"),
        ({"silent": True, "vibrate": [1]}, "cannot vibrate"),
        ({"navigate": "javascript:alert(1)"}, 'navigate: "javascript:alert(1)" is not a URL for a message'),
        ({"navigate": " javascript:alert(1)"}, "navigate: "),
        ({"icon": "data:image/png,x"}, 'icon: "data:image/png,x" is not a URL'),
        ({"actions": [{"action": "a", "title": "A", "navigate": "file:///etc"}]}, "actions[a].navigate: "),
        (
            {"actions": [Action("a", "A"), Action("a", "B")]},
            'actions[a].action: the action "a" is here a second time',
        ),
        ({"data": {1, 2}}, "data: this is not a JSON value"),
        ({"data": float("nan")}, "data: this is not a JSON value"),
        ({"body": "\ud800"}, "half a character"),
        ({"topic": "tides\n"}, "is not a topic - write 1 to 32"),
        ({"topic": "t" * 33}, "is not a topic - write 1 to 32"),
        ({"vibrate": [1] * 100}, "vibrate: has 100 entries - write 99 or fewer"),
        ({"app_badge": -1}, "app_badge"),
        ({"app_badge": 2**53}, "app_badge"),
        (
            {"ttl_seconds": "60"},
            'ttl_seconds: "60" where a whole number is expected - write 60 without quotes',
        ),
        ({"body": b"x"}, "body: a Python object of type bytes where text is expected"),
    ],
)
def test_what_a_browser_or_service_would_refuse(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(MessageError) as refusal:
        Message(**({"title": "x"} | values))
    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{", "message:1:2: this is not JSON: expecting property name"),
        (b"\xff", "message:1:1: byte 0xff at offset 0 is not UTF-8"),
        ("[" * 100_000, "message:1:1: brackets nest too deeply"),
        ('"x"', "not a JSON object"),
        ('{"title": "x",\n "title": "y"}', 'message:2:2: the key "title" is written twice, first on line 1'),
        (b'\xef\xbb\xbf{"title": "\xff"}', "message:1:12: byte 0xff at offset 11 is not UTF-8"),
        ('{"title": "x", "data": ' + "1" * 5000 + "}", "message: a number has too many digits to be read"),
        ("{}", 'message:1:1: the key title is missing - add "title": "…"'),
        ('{"titel": "x"}', 'message:1:2: titel: unknown key - did you mean "title"?'),
        ('{"title": "x", "url": "./"}', "put your own members into data"),
        (
            '{"notification": []}',
            'notification: a list where an object is expected - write {"title": …, "navigate": …',
        ),
        ('{"web_push": 1, "notification": {"title": "x"}}', "write 8030"),
        (
            '{"notification": {"title": "x"}, "app_bagde": 1}',
            '1:34: app_bagde: unknown key - did you mean "app_badge"?',
        ),
        (
            '{"title": "x", "ttl_seconds": 1}',
            "ttl_seconds: unknown key - remove it, or put",
        ),
        ('{"title": "x", "ttl": "1h"}', 'message:1:23: ttl: "1h" is not allowed here - write a whole'),
        ('{"notification": {"title": "x", "ttl": 1}}', '"ttl" belongs at the top level'),
    ],
)
def test_what_is_no_message(source: str | bytes, problem: str) -> None:
    with pytest.raises(MessageError) as refusal:
        parse_message(source)
    assert problem in str(refusal.value)


def test_the_largest_payload_and_what_to_shorten_beyond_it() -> None:
    spare = MAX_PLAINTEXT - len(Message(title="x", body="").payload())
    assert len(Message(title="x", body="b" * spare).payload()) == MAX_PLAINTEXT
    too_large = Message(title="x", body="b" * (spare + 1))
    with pytest.raises(PayloadTooLargeError, match=r"3994 bytes, 1 more than the 3993 .* shorten body"):
        too_large.payload()


@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ({"ttl_seconds": 0}, "offline right now never gets"),
        ({"ttl_seconds": 40 * 86400}, "more than four weeks"),
        ({"actions": [Action(name, name) for name in "abc"]}, "browsers show two"),
        ({}, "navigate is missing"),
        ({"navigate": "tides/"}, "navigate is relative"),
        ({"body": "b" * 3100}, "services on Android"),
    ],
)
def test_what_is_seldom_meant_is_said(values: dict[str, Any], warning: str) -> None:
    assert any(warning in sentence for sentence in Message(title="x", **values).warnings())


def test_an_ordinary_message_has_no_warnings() -> None:
    assert Message(title="x", body="y", navigate="https://harbour.news/").warnings() == []
