"""What each vendor's answers mean, and when to come back."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pwagen.push.transport.outcome import Status, classify, vendor
from pwagen.push.transport.retry import RetryPolicy, retry_after_seconds

FCM = "https://fcm.googleapis.com/fcm/send/x"
APPLE = "https://web.push.apple.com/x"
MOZILLA = "https://updates.push.services.mozilla.com/wpush/v2/x"
WNS = "https://wns2-par02p.notify.windows.com/w/?token=x"
DATE = st.from_regex(
    r"(\w{1,9}, )?-?\d{0,25}[ -]\w{0,9}[ -]-?\d{0,25} \d{0,9}:\d{0,9}(:\d{0,9})? ?([+-]\d{0,9}|\w{0,4})"
)
REASON = st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one, max_size=3))


def autopush(code: int, errno: int, message: str) -> str:
    return json.dumps({"code": code, "errno": errno, "error": "x", "message": message})


@pytest.mark.parametrize(
    ("endpoint", "http_status", "body", "status", "cause"),
    [
        (FCM, 403, "the VAPID credentials in the authorization header do not correspond to the credentials "
         "used to create the subscriptions.", Status.KEY_REJECTED, "another VAPID key"),
        (FCM, 403, "MismatchSenderId", Status.KEY_REJECTED, "another VAPID key"),
        (FCM, 400, "<TITLE>UnauthorizedRegistration</TITLE>", Status.KEY_REJECTED, "another VAPID key"),
        (FCM, 403, "invalid JWT provided", Status.KEY_REJECTED, "clock"),
        (FCM, 401, "authorization header must be specified.", Status.KEY_REJECTED, "proxy"),
        (FCM, 410, "push subscription has unsubscribed or expired.", Status.GONE, "over"),
        (APPLE, 403, '{"reason":"BadJwtToken"}', Status.KEY_REJECTED, "at a real domain"),
        (APPLE, 400, '{"reason":"VapidPkHashMismatch"}', Status.KEY_REJECTED, "another VAPID key"),
        (APPLE, 400, '{"reason":"BadWebPushTopic"}', Status.MISCONFIGURED, "topic"),
        (APPLE, 410, '{"reason":"Unregistered"}', Status.GONE, "over"),
        (APPLE, 413, '{"reason":"PayloadTooLargeError"}', Status.TOO_LARGE, "shorten"),
        (MOZILLA, 401, autopush(401, 109, "public key mismatch"), Status.KEY_REJECTED, "another VAPID key"),
        (MOZILLA, 401, autopush(401, 109, "Invalid Authorization: expired"), Status.KEY_REJECTED, "clock"),
        (MOZILLA, 400, autopush(400, 111, "Missing TTL"), Status.MISCONFIGURED, "TTL"),
        (MOZILLA, 404, autopush(404, 102, "Not found"), Status.GONE, "over"),
        (MOZILLA, 410, autopush(410, 106, "No such subscription"), Status.GONE, "over"),
        (MOZILLA, 413, autopush(413, 104, "Too big"), Status.TOO_LARGE, "shorten"),
        (MOZILLA, 503, autopush(503, 201, "Use exponential back-off"), Status.RETRY, "out of order"),
        (WNS, 406, "", Status.RETRY, "slow down"),
        (FCM, 406, "", Status.MISCONFIGURED, "refuses"),
        (WNS, 400, "", Status.MISCONFIGURED, "a header is refused"),
        (WNS, 401, "", Status.KEY_REJECTED, "the VAPID token is refused"),
        (WNS, 403, "", Status.KEY_REJECTED, "the subscription was made with another VAPID key"),
        (WNS, 410, "", Status.GONE, "over"),
        ("https://push.example/x", 400, '{"reason":"BadJwtToken"}', Status.MISCONFIGURED, ": 400"),
    ],
)  # fmt: skip
def test_answers_of_the_vendors(
    endpoint: str, http_status: int, body: str, status: Status, cause: str
) -> None:
    found = classify(endpoint, http_status, {}, body)
    assert found[0] is status
    assert cause in found[1]
    assert str(http_status) in found[1]


def test_hostile_answers_stay_one_short_line() -> None:
    _, cause = classify(FCM, 400, {}, "a\r\nb\x1b[31m" + "x" * 9999)
    assert "\n" not in cause
    assert "\x1b" not in cause
    assert len(cause) < 300
    assert classify(FCM, 400, {}, "[" * 5000)[0] is Status.MISCONFIGURED


def test_microsoft_s_reason_is_in_a_header() -> None:
    """web-push-libs/pywebpush#162."""
    for said, status, cause in (
        ("Ttl value conflicts with X-WNS-Cache-Policy.", Status.MISCONFIGURED, "a TTL of 0 is refused"),
        ("something new", Status.MISCONFIGURED, "a header is refused"),
    ):
        found = classify(WNS, 400, {"x-wns-error-description": said}, "")
        assert found[0] is status
        assert cause in found[1]
        assert repr(said) in found[1]


def test_vendors_by_host_and_not_by_look() -> None:
    assert [vendor(one) for one in (FCM, APPLE, MOZILLA, WNS)] == ["Google", "Apple", "Mozilla", "Microsoft"]
    assert vendor("https://evilmozilla.com/x") == "evilmozilla.com"
    assert vendor("https://[abc") == "https://[abc"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (formatdate(1_800_000_060, usegmt=True), 60),
        (formatdate(1_700_000_000, usegmt=True), 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("9" * 500, 24 * 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 24 * 3600),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, now=1_800_000_000) == seconds


@pytest.mark.slow
@given(st.text(max_size=40) | DATE)
@example("0\x1f")
def test_any_retry_after_is_a_number_or_none(value: str) -> None:
    found = retry_after_seconds(value, now=1_800_000_000)
    assert found is None or 0 <= found <= 24 * 3600


@pytest.mark.slow
@given(
    st.sampled_from([FCM, APPLE, MOZILLA, WNS]),
    st.integers(100, 999),
    st.text() | st.dictionaries(st.sampled_from(["reason", "errno"]), REASON).map(json.dumps),
)
def test_any_answer_has_a_status_and_a_cause_in_one_line(endpoint: str, http_status: int, text: str) -> None:
    for headers, body in (({}, text), ({"x-wns-error-description": text}, "")):
        status, cause = classify(endpoint, http_status, headers, body)
        assert bool(cause) == (status is not Status.DELIVERED)
        assert cause.isprintable()


def test_waits_grow_with_jitter_and_end() -> None:
    policy = RetryPolicy(attempts=8, base_seconds=1, longest_seconds=20)
    for attempt, ceiling in ((1, 1), (2, 2), (3, 4), (5, 16), (7, 20)):
        waits = [policy.wait(attempt, None) for _ in range(200)]
        assert all(wait is not None and 0 <= wait <= ceiling for wait in waits)
        assert max(wait or 0 for wait in waits) > 0.8 * ceiling
        assert len(set(waits)) > 150
    assert policy.wait(8, None) is None
    assert (policy.wait(1, 10) or 0) >= 10
    assert policy.wait(1, 21) is None
