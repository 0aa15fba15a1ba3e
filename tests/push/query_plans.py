"""What PostgreSQL did for each statement: the plans of its module auto_explain, with the rows they read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from pwagen.push.storage.store import Store

# Statements of foreign keys are nested ones. The client receives what else goes into the server's log.
_SETTINGS = """
    LOAD 'auto_explain';
    SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_nested_statements = on;
    SET auto_explain.log_analyze = on;
    SET auto_explain.log_timing = off;
    SET auto_explain.log_format = 'json';
    SET client_min_messages = 'log';
"""


@dataclass(frozen=True)
class Plan:
    """One execution of a statement."""

    statement: str
    nodes: tuple[dict[str, Any], ...]

    @property
    def scanned(self) -> set[str]:
        """The tables that were read from end to end."""
        return {node["Relation Name"] for node in self.nodes if node["Node Type"] == "Seq Scan"}

    @property
    def sorted_rows(self) -> int:
        """How many rows were sorted."""
        return max((_rows(node) for node in self.nodes if "Sort" in node["Node Type"]), default=0)

    @property
    def rows(self) -> int:
        """How many rows the busiest node has read, those that it threw away too."""
        return max(map(_rows, self.nodes), default=0)

    @property
    def shape(self) -> str:
        """The nodes from the outermost to the innermost, with their indexes or tables."""
        return " > ".join(
            " ".join(filter(None, (node["Node Type"], node.get("Index Name") or node.get("Relation Name"))))
            for node in self.nodes
        )


@contextmanager
def watched(store: Store) -> Iterator[list[Plan]]:
    """Yield the list to which the plan of everything goes that the store executes meanwhile."""
    plans: list[Plan] = []

    def note(diagnostic: Any) -> None:
        _, _, plan = (diagnostic.message_primary or "").partition("plan:\n")
        if plan:
            executed = json.loads(plan)
            plans.append(Plan(executed["Query Text"], tuple(_nodes(executed["Plan"]))))

    def watch(connection: Any, _: Any) -> None:
        connection.execute(_SETTINGS)
        connection.commit()
        connection.add_notice_handler(note)

    engine = store._engine
    engine.dispose()
    event.listen(engine, "connect", watch)
    try:
        yield plans
    finally:
        event.remove(engine, "connect", watch)
        engine.dispose()


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _rows(node: dict[str, Any]) -> int:
    removed = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    each = node.get("Actual Rows", 0) + sum(node.get(name, 0) for name in removed)
    return int(each * node.get("Actual Loops", 1))
