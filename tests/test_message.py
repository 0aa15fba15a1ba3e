"""Messages: what is written, what is refused, and the published schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwagen.push.crypto.encryption import MAX_PLAINTEXT, PayloadTooLarge
from pwagen.push.messages.message import Action, Message, MessageError, parse_message
from pwagen.push.messages.message_schema import message_schema_json
from pwagen.render import templates_folder

SCHEMA = json.loads((templates_folder() / "message.schema.json").read_text())
text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
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
    assert refusal.value.problems == [
        "title is empty",
        "body is a whole number, it must be a text",
        "actions[0].action is a whole number, it must be a text",
        "vibrate[0] must be a whole number >= 0",
        "dir is 'up', which is none of its values",
        "ttl_seconds must be a whole number >= 0",
        "urgency is 'urgent', which is none of its values",
        "topic is not 1 to 32 of the characters A-Z a-z 0-9 - _",
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"renotify": True}, "renotify needs a tag"),
        ({"silent": True, "vibrate": [1]}, "cannot vibrate"),
        ({"navigate": "javascript:alert(1)"}, "navigate is 'javascript:alert(1)'"),
        ({"navigate": " javascript:alert(1)"}, "navigate is"),
        ({"icon": "data:image/png,x"}, "icon is 'data:image/png,x'"),
        ({"actions": [{"action": "a", "title": "A", "navigate": "file:///etc"}]}, "actions[0].navigate is"),
        ({"actions": [Action("a", "A"), Action("a", "B")]}, "actions[1].action is 'a' a second time"),
        ({"data": {1, 2}}, "data is no JSON value"),
        ({"data": float("nan")}, "data is no JSON value"),
        ({"body": "\ud800"}, "half a character"),
        ({"topic": "tides\n"}, "topic is not 1 to 32"),
        ({"topic": "t" * 33}, "topic is not 1 to 32"),
        ({"app_badge": -1}, "app_badge"),
        ({"app_badge": 2**53}, "app_badge"),
        ({"ttl_seconds": "60"}, "ttl_seconds is a text, it must be a whole number"),
    ],
)
def test_what_a_browser_or_service_would_refuse(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(MessageError) as refusal:
        Message(**({"title": "x"} | values))
    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{", "line 1, column 2: the message is not JSON"),
        (b"\xff", "not JSON in UTF-8"),
        ("[" * 100_000, "not JSON"),
        ('"x"', "not a JSON object"),
        ("{}", "title is empty"),
        ('{"titel": "x"}', "did you mean 'title'?"),
        ('{"title": "x", "url": "./"}', "put your own members into data"),
        ('{"notification": []}', "notification is not an object"),
        ('{"web_push": 1, "notification": {"title": "x"}}', "write 8030"),
        ('{"notification": {"title": "x"}, "app_bagde": 1}', "did you mean 'app_badge'?"),
        ('{"title": "x", "ttl_seconds": 1}', "ttl_seconds is no member"),
        ('{"title": "x", "ttl": "1h"}', "ttl is a text, it must be a whole number"),
        ('{"notification": {"title": "x", "ttl": 1}}', "write it beside notification"),
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
    with pytest.raises(PayloadTooLarge, match=r"3994 bytes, 1 more than the 3993 .* shorten body"):
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
