"""Work shared out among two threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import pytest

from pwagen.site.parallel import split_across_threads


@pytest.mark.parametrize("in_two", [False, True])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_each_item_is_worked_on_once(in_two: bool, count: int) -> None:
    done: list[int] = []
    split_across_threads(done.extend, range(count), in_two=in_two)
    assert sorted(done) == list(range(count))


@pytest.mark.parametrize("failing", [0, 500])
def test_a_failure_in_either_thread_is_raised_and_ends_the_other(failing: int) -> None:
    failed = threading.Event()
    done: list[int] = []

    def work(share: Iterable[int]) -> None:
        for item in share:
            if item == failing:
                failed.set()
                raise ValueError(item)
            failed.wait(10)
            time.sleep(0.001)
            done.append(item)

    with pytest.raises(ValueError, match=str(failing)):
        split_across_threads(work, range(1000), in_two=True)
    assert len(done) < 500


def test_an_interruption_waits_for_the_other_thread() -> None:
    done: list[int] = []

    def work(share: Iterable[int]) -> None:
        for item in share:
            if item == 0:
                raise KeyboardInterrupt
            done.append(item)

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        split_across_threads(work, range(4), in_two=True)
    assert threading.active_count() == before
