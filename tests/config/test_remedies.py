"""What the messages about a config advise is followed to the letter, and the next run accepts it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
import yaml

from tests.config.remedies import MESSAGE, remedied
from tests.config.test_config import CONFIGS, messages, problems

FILE = CONFIGS / "pwagen.yaml"
MISTAKES: list[Any] = [
    *("", "x y", "4", "true", "1 minute", "90 min", "10 MB", "#fff", "0b3d5c", "whit", "en_GB", "german"),
    *("http://example.com/a b", "http://example.com//a", "\\\\host\\a b", "//host/x", "100% {b}", "../x"),
    *("**/*.html", "news/**?x=1", "standalon", "any maskable", "web+Foo", "x?%s&%s", "docs.example.com"),
    *("https://Example.COM:443/", "None", "2026-01-01", "0x1", "POST", "image", "csv", "192", "192X192"),
    *("192×192", "file.html?b", "javascript:alert(1)", "a:b", 5, -1, 1.5, True, ["x"]),
]
# Rules between members and about files are held once every value is right by itself.
LATER = re.compile(
    r"there is no (?:file|folder)|is not loaded by a worker|not a worker of your own|cannot vibrate"
)
# In C where the wheel has it: writing the config thousands of times takes longer than what is tested.
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
TREE = yaml.safe_load((CONFIGS / "full.yaml").read_text(encoding="utf-8"))


@lru_cache(10_000)
def problems_of(text: str) -> list[str]:
    """Return what is said about a config; of a member, most mistakes have the same remedies."""
    return problems(text, FILE)


def unmended(text: str) -> list[str]:
    """Return what is still said at its place after the remedy of a message was followed."""
    still = []
    for message in problems_of(text):
        match = MESSAGE.fullmatch(message)
        for new in remedied(text, message):
            assert match is not None
            path = match["problem"].partition(": ")[0]
            after = (MESSAGE.fullmatch(each) for each in problems_of(new))
            still += [
                f"{message} => {each[0]}"
                for each in after
                if each
                and (each["line"], each["problem"].partition(": ")[0]) == (match["line"], path)
                and not LATER.search(each["problem"])
            ]
    return still


def members(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where each single value of a config is; of a list, the first entry stands for all."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from members(member, (*path, key))
    elif isinstance(value, list):
        yield from members(value[0], (*path, 0)) if value else ()
    else:
        yield path


def with_mistake(path: tuple[Any, ...], mistake: Any) -> str:
    """Return the section of the config with a mistake in one place.

    Its other members are there if they are single values, for what is said about two of them.
    """
    section, member = path[0], path[1:2]
    value = TREE[section]
    if isinstance(value, dict):
        value = {
            key: each for key, each in value.items() if key in member or not isinstance(each, dict | list)
        }
    tree = {section: copy.deepcopy(value)}
    parent = tree
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = mistake
    config = {"app": {"name": "A", "lang": "en"}} | tree
    return yaml.dump(config, Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=10_000)


@pytest.mark.slow
def test_the_table_of_messages_has_advice_that_is_right() -> None:
    texts = [text for text, _ in messages()]
    assert sum(1 for text in texts for message in problems(text, FILE) for _ in remedied(text, message)) > 70
    assert [still for text in texts for still in unmended(text)] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("section", TREE)
def test_any_mistake_has_advice_that_is_right(section: str) -> None:
    places = {path[-2:]: path for path in members(TREE) if path[0] == section}
    paths = places.values()
    still = [line for path in paths for mistake in MISTAKES for line in unmended(with_mistake(path, mistake))]
    assert still == []
