"""The rules of `pwagen check`, one family a module. Ids are for ever: settings and baselines name them."""

from pwagen.audit.rule import Rule
from pwagen.audit.rules import click_worker, manifest_basics, push_worker, worker_events

RULES: tuple[Rule, ...] = (
    manifest_basics.linked,
    manifest_basics.is_json,
    manifest_basics.named,
    push_worker.always_shows,
    push_worker.data_caught,
    push_worker.fetch_caught,
    push_worker.click_handled,
    push_worker.change_handled,
    click_worker.looks_first,
    click_worker.closes,
    click_worker.sees_all,
    click_worker.focuses_first,
    click_worker.compares_addresses,
    worker_events.waits,
    worker_events.waits_in_time,
    worker_events.responds_in_time,
    worker_events.listens_at_once,
    worker_events.fetch_does_something,
    worker_events.offline,
    worker_events.parses,
    worker_events.has_no_window,
)
