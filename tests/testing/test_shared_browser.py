"""Files of tests share a browser until it has served many tests, or one of them failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.shared_browser import MOST_TESTS, SharedBrowser


def test_a_browser_serves_many_tests_of_several_files() -> None:
    ended: list[int] = []
    numbers = iter(range(100))

    @contextmanager
    def started() -> Iterator[int]:
        number = next(numbers)
        yield number
        ended.append(number)

    tests = {"few.py": 5, "some.py": MOST_TESTS - 5, "one.py": 1, "very many.py": 2 * MOST_TESTS}
    items = [SimpleNamespace(path=Path(name)) for name, count in tests.items() for _ in range(count)]
    session = SimpleNamespace(items=items, testsfailed=0)
    shared = SharedBrowser(started)

    def browser_of(name: str) -> int:
        request: Any = SimpleNamespace(session=session, path=Path(name))
        return shared.for_file(request)

    assert [browser_of(name) for name in tests] == [0, 0, 1, 2]
    assert [browser_of(name) for name in ("few.py", "one.py")] == [3, 3]
    session.testsfailed = 1
    assert browser_of("one.py") == 4
    assert browser_of("one.py") == 4
    shared.close()
    assert ended == [0, 1, 2, 3, 4]
