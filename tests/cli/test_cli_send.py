"""`pwagen send` against a real push service on loopback."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import typer
from aiohttp import web
from typer.testing import CliRunner, Result

from pwagen.cli.send import send
from pwagen.errors import PwagenError
from pwagen.keys.key_pair import generate_key_pair
from pwagen.push.storage.store import Store
from tests.push.push_sink import SENDER, SUBJECT, PushSink, serving

app = typer.Typer()
app.command()(send)
PROGRAM = [sys.executable, "-c", "import typer; from pwagen.cli.send import send; typer.run(send)"]


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushSink]:
    """A push service in a thread of its own, and a working folder with the key."""
    monkeypatch.chdir(tmp_path)
    Path("vapid-private.pem").write_bytes(SENDER.private_pem)
    with serving(PushSink(tmp_path)) as sink:
        yield sink


def arguments(sink: PushSink, *more: str) -> list[str]:
    reach = ["--loopback", "--ca-file", str(sink.certificate.path), "--subject", SUBJECT]
    return [*more, "--title", "High water", *reach]


def run(sink: PushSink, *more: str, standard_input: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments(sink, *more), input=standard_input)


def refusal(*command: str) -> str:
    result = CliRunner().invoke(app, list(command))
    assert isinstance(result.exception, PwagenError), result.output
    return str(result.exception)


def list_of(sink: PushSink, *names: str) -> str:
    lines = [json.dumps(sink.subscription(name).to_json()) for name in names]
    Path("list.jsonl").write_text("\n".join(lines))
    return "list.jsonl"


def test_one_subscription_from_standard_input(sink: PushSink) -> None:
    """pywebpush and webpush send with TTL 0, which is lost on a device that is offline; and pywebpush's own
    command crashes without extra headers.
    """
    result = run(sink, "-", "--body", "12:40", standard_input=json.dumps(sink.subscription("a").to_json()))
    assert (result.exit_code, result.stdout) == (0, "1 delivered\n"), result.output
    [received] = sink.received
    assert json.loads(received.plaintext)["notification"] == {"title": "High water", "body": "12:40"}
    assert received.headers["TTL"] == "86400"


def test_a_message_file_and_delivery_options(sink: PushSink) -> None:
    Path("message.json").write_text('{"title": "Ebb", "app_badge": 2}')
    reach = arguments(sink)[2:]
    command = [
        list_of(sink, "a"),
        "-m",
        "message.json",
        "--ttl",
        "2h",
        "--urgency",
        "high",
        "--topic",
        "t",
        *reach,
    ]
    assert CliRunner().invoke(app, command).exit_code == 0
    [received] = sink.received
    assert json.loads(received.plaintext)["app_badge"] == 2
    assert [received.headers[name] for name in ("TTL", "Urgency", "Topic")] == ["7200", "high", "t"]


def test_padding_hides_the_length(sink: PushSink) -> None:
    for body in ("12:40", "twelve forty"):
        assert run(sink, list_of(sink, "a"), "--body", body, "--pad", "256").exit_code == 0
    assert {received.headers["Content-Length"] for received in sink.received} == {str(256 + 103)}


def test_every_mistake_of_a_message_has_its_place(sink: PushSink) -> None:
    Path("message.json").write_text('{\n  "titel": "Ebb",\n  "actions": [{"action": "a", "title": 1}]\n}\n')
    options = ["-m", "message.json", "--urgency", "now", "--topic", "a b"]
    assert refusal(list_of(sink, "a"), *options).splitlines() == [
        'message.json:2:3: titel: unknown key - did you mean "title"?',
        "message.json:3:40: actions[a].title: 1 where text is expected - write a text in quotes",
        '--topic: "a b" is not a topic - write 1 to 32 of the characters A-Z a-z 0-9 - _',
        '--urgency: "now" is not allowed here - did you mean "low"?',
    ]


def test_a_message_on_the_command_line_has_places_in_the_option(sink: PushSink) -> None:
    to = list_of(sink, "a")
    assert refusal(to, "-m", '{"title": "x",\n "tag": ""}') == "--message:2:9: tag: is empty - write a text"
    assert refusal(to, "--title", "x", "--tag", "", "--navigate", "data:,x").splitlines() == [
        '--navigate: "data:,x" is not a URL for a message - write an http(s) URL, or one relative to the app',
        "--tag: is empty - write a text",
    ]


def test_what_is_seldom_meant_is_said_and_sent_all_the_same(sink: PushSink) -> None:
    result = run(sink, list_of(sink, "a"), "--ttl", "0")
    assert "warning: ttl_seconds is 0: a device that is offline" in result.stderr
    assert (result.exit_code, len(sink.received)) == (0, 1)


def test_a_message_file_says_how_to_deliver_and_options_go_before_it(sink: PushSink) -> None:
    Path("message.json").write_text('{"title": "Ebb", "ttl": 60, "urgency": "low", "topic": "tides"}')
    reach = arguments(sink)[2:]
    for options in ([], ["--ttl", "0", "--urgency", "high"]):
        command = [list_of(sink, "a"), "-m", "message.json", *options, *reach]
        assert CliRunner().invoke(app, command).exit_code == 0
    sent = [[one.headers[name] for name in ("TTL", "Urgency", "Topic")] for one in sink.received]
    assert sent == [["60", "low", "tides"], ["0", "high", "tides"]]
    assert "ttl" not in json.loads(sink.received[0].plaintext)


def test_outcomes_are_summed_up_and_decide_the_exit_code(sink: PushSink) -> None:
    """The commands of web-push and pywebpush exit with 0 after an error."""
    sink.answers["gone"] = lambda _: web.Response(status=410)
    assert run(sink, list_of(sink, "a", "gone")).exit_code == 0
    sink.answers["bad"] = lambda _: web.Response(status=400, text="no such thing")
    result = run(sink, list_of(sink, "a", "gone", "bad"), "--json")
    *failures, sums = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 1
    assert {one["status"]: one["httpStatus"] for one in failures} == {"gone": 410, "misconfigured": 400}
    assert (sums["delivered"], sums["gone"], sums["misconfigured"], sums["retry"]) == (1, 1, 1, 0)
    assert run(sink, list_of(sink, "gone")).exit_code == 1  # nobody got it


def test_broken_lines_are_reported_and_the_others_sent(sink: PushSink) -> None:
    path = Path(list_of(sink, "a"))
    broken = sink.subscription("b").to_json() | {"endpoint": "https://[abc"}
    path.write_text(path.read_text() + f"\nnonsense\n{json.dumps(broken)}\n")
    assert "'https://[abc' is not the URL of a push service" in run(sink, "list.jsonl", "--dry-run").stdout
    result = run(sink, "list.jsonl")
    assert result.exit_code == 1
    assert sink.names() == ["a"]
    assert "list.jsonl:2: the subscription is not JSON" in result.stdout


def test_who_is_in_the_list_twice_gets_it_once(sink: PushSink) -> None:
    assert "1 more than once in the list" in run(sink, list_of(sink, "a", "b", "a"), "--dry-run").stdout
    result = run(sink, "list.jsonl", "--json", "--concurrency", "1")
    assert sink.names() == ["a", "b"]
    sums = json.loads(result.stdout)
    assert (sums["delivered"], sums["repeated"]) == (2, 1)


def test_a_dry_run_checks_all_and_connects_to_nobody(sink: PushSink) -> None:
    result = run(sink, list_of(sink, "a", "b"), "--dry-run")
    assert result.exit_code == 0
    assert "Nothing was sent. The payload has 55 bytes." in result.stdout
    assert "2 to 127.0.0.1" in result.stdout
    strangers = ["list.jsonl", "--title", "x", "--dry-run", "--json", "--subject", SUBJECT]
    refused = CliRunner().invoke(app, strangers)
    assert refused.exit_code == 1
    assert json.loads(refused.stdout.splitlines()[-1])["misconfigured"] == 2
    assert not sink.received


def test_loopback_and_strangers_are_refused_without_the_switch(sink: PushSink) -> None:
    """Other senders post to any URL that somebody subscribes with (web-push-libs/web-push#801)."""
    reach = ["--ca-file", str(sink.certificate.path), "--subject", SUBJECT]
    result = CliRunner().invoke(app, [list_of(sink, "a"), "--title", "x", *reach])
    assert result.exit_code == 1
    assert "127.0.0.1 is not an address of the public internet" in result.stdout
    assert not sink.received


def test_a_previous_key_still_reaches_its_subscriptions(sink: PushSink) -> None:
    Path("new.pem").write_bytes(generate_key_pair().private_pem)
    result = run(sink, list_of(sink, "a"), "--key", "new.pem", "--previous-key", "vapid-private.pem")
    assert result.exit_code == 0, result.output
    assert "1 of the delivered with the previous key" in result.stdout


@pytest.mark.slow
def test_the_store_learns_what_became_of_each(sink: PushSink) -> None:
    """web-push and pywebpush keep what is gone, django-webpush what answers 404."""
    store = Store("store.db")
    for name in ("a", "gone", "down"):
        store.save(sink.subscription(name))
    sink.answers["gone"] = lambda _: web.Response(status=410)
    sink.answers["down"] = lambda _: web.Response(status=503)
    result = run(sink, "--store", "store.db", "--attempts", "1", "--broadcast", "morning")
    assert result.exit_code == 1
    assert [one.failures for one in store.all()] == [0, 1, 1]
    assert next(store.all()).subscription.vapid_public_key == SENDER.public_key
    assert "1 left" in result.stderr
    del sink.answers["down"]
    again = run(sink, "--store", "store.db", "--broadcast", "morning", "--take-over", "--json")
    assert json.loads(again.stdout)["delivered"] == 1
    assert Counter(sink.names()) == {"a": 1, "gone": 1, "down": 2}
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["journal", "store"])
def test_a_killed_broadcast_resumes_and_repeats_only_what_was_in_flight(sink: PushSink, kind: str) -> None:
    names = [str(number) for number in range(80)]
    if kind == "journal":
        target = [list_of(sink, *names), "--journal", "journal"]
    else:
        store = Store("store.db")
        for name in names:
            store.save(sink.subscription(name))
        store.close()
        target = ["--store", "store.db", "--broadcast", "morning", "--take-over"]
    command = [*PROGRAM, *arguments(sink, *target, "--concurrency", "4", "--json")]
    sink.held_from = 30
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert sink.thirty.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert 30 <= len(sink.received) < 80
    sink.held_from = math.inf
    finished = run(sink, *target, "--concurrency", "4", "--json")
    assert finished.exit_code == 0, finished.output
    counts = Counter(sink.names())
    assert set(counts) == set(names)
    assert sum(counts.values()) - len(names) <= 4
    # The killed process's last requests may be read only now; each run has signed a token of its own.
    tokens = Counter(received.headers["Authorization"] for received in sink.received)
    assert len(tokens) == 2
    sums = json.loads(finished.stdout.splitlines()[-1])
    assert sums["delivered"] == tokens[sink.received[-1].headers["Authorization"]]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["journal", "store"])
def test_the_progress_of_a_resumed_run_is_of_what_is_left(sink: PushSink, kind: str) -> None:
    options = {
        "journal": ["list.jsonl", "--journal", "j"],
        "store": ["--store", "store.db", "--broadcast", "noon"],
    }[kind]
    names = ["a", "b", "c", "d", "e"]
    list_of(sink, *names[:3])
    with closing(Store("store.db")) as store:
        for name in names[:3]:
            store.save(sink.subscription(name))
        assert run(sink, *options).exit_code == 0
        list_of(sink, *names)
        for name in names[3:]:
            store.save(sink.subscription(name))
    shown, terminal = os.openpty()
    command = [*PROGRAM, *arguments(sink, *options)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, text=True)
    output = process.communicate()[0]
    os.close(terminal)
    drawn = os.read(shown, 100_000).decode()
    os.close(shown)
    assert "/2" in drawn
    assert "/5" not in drawn
    assert output == "2 delivered\n3 had it already\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["--title", "x"], "there are no recipients"),
        (["a", "--store", "b", "--title", "x"], "there are no recipients"),
        (["a"], "there is no message"),
        (["a", "-m", "b", "--title", "x"], "either in --message FILE or"),
        (["-", "-m", "-"], "either the message or the subscriptions"),
        (["a", "-m", "missing.json"], "cannot read the message missing.json"),
        (["a", "--title", "x", "--ttl", "soon"], "--ttl soon"),
        (["a", "--title", "x", "--urgency", "now"], '--urgency: "now" is not allowed here'),
        (["missing.jsonl", "--title", "x"], "cannot read missing.jsonl"),
        (["--store", "missing.db", "--title", "x"], "there is no store missing.db"),
        (["--store", "sqlite:///missing.db", "--title", "x"], "there is no store missing.db"),
        (["--store", "sqlite+aiosqlite:///missing.db", "--title", "x"], "there is no store missing.db"),
        (["a", "--title", "x", "--user", "u"], "--user chooses from a store"),
        (["a", "--title", "x", "--user", "u", "--audience", "t"], "--user chooses from a store"),
        (["a", "--body", "x"], "a notification needs a title - write --title TEXT"),
        (["a", "--title", "x", "--audience", ""], "--audience chooses from a store"),
        (["a", "--title", "x", "--broadcast", "noon"], "--broadcast is for a store"),
        (["a", "--title", "x", "--take-over"], "--take-over is for a store"),
        (["--store", "a", "--title", "x", "--journal", "j"], "--journal is for a list"),
        (["--store", "a", "--title", "x", "--take-over"], "write its name, --broadcast NAME"),
    ],
)
def test_mistakes_are_said(
    command: list[str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert why in refusal(*command)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_filter_that_leaves_nobody_is_said(sink: PushSink) -> None:
    store = Store("store.db")
    store.save(sink.subscription("a"), user="ada", topics=["tides"])
    store.close()
    for options in (["--user", "bob"], ["--user", "ada", "--audience", "news"]):
        for more in ([], ["--dry-run"], ["--json"]):
            result = run(sink, "--store", "store.db", *options, *more)
            assert result.exit_code == 1
            assert "nobody in the store has the user " in result.stderr
            assert not more[1:] or json.loads(result.stdout)["delivered"] == 0
    assert not sink.received
    assert run(sink, "--store", "store.db", "--user", "ada", "--audience", "tides").exit_code == 0


@pytest.mark.slow
def test_a_name_belongs_to_one_message_and_its_recipients(sink: PushSink) -> None:
    store = Store("store.db")
    for name in ("a", "b"):
        store.save(sink.subscription(name), topics=["tides"])
    store.close()
    noon = ["--store", "store.db", "--broadcast", "noon"]
    assert run(sink, *noon, "--audience", "tides").exit_code == 0
    again = run(sink, *noon, "--audience", "tides", "--take-over")
    assert (again.exit_code, again.stdout) == (0, "2 had it already\n")
    for more in (["--audience", "tides", "--body", "storm warning"], ["--take-over"]):
        result = run(sink, *noon, *more)
        assert isinstance(result.exception, PwagenError)
        assert "the name 'noon' belongs to a broadcast of another message" in str(result.exception)
    assert len(sink.received) == 2


def files() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().iterdir()}


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_another_application_s_database_is_left_as_it_is(sink: PushSink, mode: str, prefix: str) -> None:
    import sqlite3

    with closing(sqlite3.connect("app.db")) as database:
        database.execute(f"PRAGMA journal_mode={mode}")
        database.execute("CREATE TABLE accounts (name TEXT)")
        database.commit()
    before = files()
    for more in (["--dry-run"], []):
        result = run(sink, "--store", f"{prefix}app.db", *more)
        assert isinstance(result.exception, PwagenError)
        assert "does not contain a store" in str(result.exception)
    assert files() == before


def test_a_dry_run_writes_nothing(sink: PushSink) -> None:
    store = Store("store.db")
    for name in ("a", "b"):
        store.save(sink.subscription(name))
    store.close()
    before = files() | {"list.jsonl": Path(list_of(sink, "a")).read_bytes()}
    result = run(sink, "--store", "store.db", "--broadcast", "noon", "--dry-run")
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ["2 to 127.0.0.1"])
    assert run(sink, "list.jsonl", "--journal", "noon.journal", "--dry-run").exit_code == 0
    assert files() == before
    store = Store("store.db", read_only=True)
    with pytest.raises(PwagenError, match="readonly"):
        store.save(sink.subscription("c"))
    store.close()
    assert not sink.received


def test_a_dry_run_checks_who_sends(sink: PushSink) -> None:
    command = [list_of(sink, "a"), "--title", "x", "--dry-run"]
    assert "--subject" in refusal(*command)
    assert "bare address" in refusal(*command, "--subject", "push@harbour.news")
    Path("halves.env").write_text(f"A={generate_key_pair().public_key}\nB={SENDER.private_key}\n")
    assert "not a pair" in refusal(*command, "--subject", SUBJECT, "--key", "halves.env")
    Path("vapid-private.pem").unlink()
    assert "cannot read the key file" in refusal(*command, "--subject", SUBJECT)


@pytest.mark.slow
def test_nobody_reading_the_output_does_not_stop_a_broadcast(sink: PushSink) -> None:
    """`pwagen send … --json | head -1`."""
    for number in range(0, 50, 2):
        sink.answers[str(number)] = lambda _: web.Response(status=400)
    command = arguments(sink, list_of(sink, *map(str, range(50))), "--json", "--concurrency", "2")
    reading, writing = os.pipe()
    process = subprocess.Popen([*PROGRAM, *command], stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    with os.fdopen(reading) as output:
        assert "endpoint" in output.readline()
    assert process.communicate()[1].count("\n") == 1  # the warning that comes first
    assert process.returncode == 1
    assert set(sink.names()) == set(map(str, range(50)))


def test_a_sender_needs_a_key_and_a_contact(sink: PushSink) -> None:
    """Without claims pywebpush sends unsigned; without a subject webpush-rs signs example@example.com."""
    assert "--subject" in refusal(list_of(sink, "a"), "--title", "x")
    assert "bare address" in refusal("list.jsonl", "--title", "x", "--subject", "push@harbour.news")
    Path("vapid-private.pem").unlink()
    assert "cannot read the key file" in refusal("list.jsonl", "--title", "x", "--subject", SUBJECT)


def test_a_message_that_is_too_large_is_sent_to_nobody(sink: PushSink) -> None:
    long = run(sink, list_of(sink, "a"), "--body", "b" * 5000)
    assert "shorten body" in str(long.exception)
    assert not sink.received
