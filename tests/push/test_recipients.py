"""Lists of subscriptions in each form, and the broken ones among them."""

from __future__ import annotations

import io
import json

import pytest

from pwagen.push.delivery.recipients import RecipientsError, distinct, read_recipients
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome, Status
from tests.push.push_sink import AUTH, RECEIVER

ONE, TWO = (
    Subscription(f"https://fcm.googleapis.com/fcm/send/{name}", RECEIVER.public_key_bytes, AUTH)
    for name in "ab"
)


def read(text: str) -> tuple[list[Subscription], list[Outcome]]:
    rejected: list[Outcome] = []
    return list(read_recipients(io.StringIO(text), "list", rejected.append)), rejected


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(ONE.to_json())}\n{json.dumps(TWO.to_json())}\n",
        f"\n{json.dumps(ONE.to_json())}\n\n{json.dumps(TWO.to_json())}",
        json.dumps([ONE.to_json(), TWO.to_json()]),
        json.dumps([ONE.to_json(), {"subscription": TWO.to_json()}], indent=2),
        f"\ufeff{json.dumps(ONE.to_json())}\n{json.dumps(TWO.to_json())}\n",
        "\ufeff" + json.dumps([ONE.to_json(), TWO.to_json()]),
        f"[\n{json.dumps(ONE.to_json())},\n{json.dumps(TWO.to_json())}\n]",
        f"[{json.dumps(ONE.to_json())}\n,\n{json.dumps(TWO.to_json())}\n]",
    ],
)
def test_lists(text: str) -> None:
    assert read(text) == ([ONE, TWO], [])


@pytest.mark.parametrize("rest", [1, 2, 3])
def test_a_broken_first_line_is_named_like_any_other(rest: int) -> None:
    found, rejected = read("\n" + "\n".join(["nonsense", *[json.dumps(ONE.to_json())] * rest]))
    assert found == [ONE] * rest
    assert [one.cause for one in rejected] == ["list:2: the subscription is not JSON"]


@pytest.mark.parametrize(
    "text", [f"[\n{json.dumps(ONE.to_json())}\n]", f'{{"subscription":\n{json.dumps(ONE.to_json())}\n}}']
)
def test_a_single_subscription_with_line_breaks_around_it(text: str) -> None:
    assert read(text) == ([ONE], [])


def test_each_endpoint_is_sent_to_once() -> None:
    repeated: list[Subscription] = []
    assert list(distinct([ONE, TWO, ONE, ONE], repeated.append)) == [ONE, TWO]
    assert repeated == [ONE, ONE]


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    off = RECEIVER.public_key_bytes[:-1] + bytes([RECEIVER.public_key_bytes[-1] ^ 1])
    found, rejected = read(json.dumps(Subscription(ONE.endpoint, off, AUTH).to_json()))
    assert not found
    assert "point of the curve P-256" in rejected[0].cause


@pytest.mark.parametrize("indent", [None, 2])
def test_a_single_subscription(indent: int | None) -> None:
    assert read(json.dumps(ONE.to_json(), indent=indent)) == ([ONE], [])


def test_broken_ones_are_named_by_their_line_and_the_others_go_on() -> None:
    found, rejected = read(f'{{"endpoint": "x"}}\n{json.dumps(ONE.to_json())}\nnonsense\n')
    assert found == [ONE]
    assert [one.status for one in rejected] == [Status.MISCONFIGURED] * 2
    assert "list:1: the subscription has no keys" in rejected[0].cause
    assert "list:3: the subscription is not JSON" in rejected[1].cause
    found, rejected = read(json.dumps([ONE.to_json(), 7]))
    assert found == [ONE]
    assert "list, number 2" in rejected[0].cause


def test_lines_are_read_as_they_are_needed() -> None:
    def lines() -> object:
        yield json.dumps(ONE.to_json())
        yield json.dumps(TWO.to_json())
        raise AssertionError("too far")

    reading = read_recipients(lines(), "list", print)  # type: ignore[arg-type]
    assert [next(reading), next(reading)] == [ONE, TWO]


@pytest.mark.parametrize("text", ["", "\n \n", "nonsense", "[", "[" * 100_000])
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(RecipientsError, match="list is"):
        read(text)
