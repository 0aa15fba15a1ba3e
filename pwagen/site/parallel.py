"""Work on many files in two threads.

It pays where most of the time is spent in calls into the system, and in hashing of more than a few
kilobytes: between those Python runs one thread at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import TypeVar

Item = TypeVar("Item")


def split_across_threads(
    work: Callable[[Iterator[Item]], None], items: Sequence[Item], *, in_two: bool
) -> None:
    """Call ``work`` with all items or, ``in_two``, with half of them here and half in a second thread.

    Halves rather than every second one: files side by side are in one folder, which the system locks
    while something in it changes. Once either has failed, the other gets no further items.

    Raises:
        Exception: what ``work`` raised, when both have ended.
    """
    if not in_two:
        work(iter(items))
        return
    failures: list[BaseException] = []

    def until_failure(share: Sequence[Item]) -> Iterator[Item]:
        for item in share:
            if failures:
                return
            yield item

    def work_on(share: Sequence[Item]) -> None:
        try:
            work(until_failure(share))
        except BaseException as error:
            # Raised again below, in the thread that asked for the work.
            failures.append(error)

    half = len(items) // 2
    other = Thread(target=work_on, args=(items[half:],))
    other.start()
    try:
        work_on(items[:half])
        other.join()
    except BaseException as interruption:
        failures.append(interruption)
        other.join()
        raise
    if failures:
        raise failures[0]
