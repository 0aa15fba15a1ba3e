"""webpush-rs: messages per second to a sink; it has no form that only encrypts.

python webpush_rs_peer.py THREADS COUNT JSON
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import webpush_rs  # type: ignore[import-not-found]  # the benchmark installs it


def send(order: dict[str, Any]) -> None:
    status = webpush_rs.send_one(
        f"{order['origin']}/push/0",
        order["p256dh"],
        order["auth"],
        order["privateKey"],
        order["subject"],
        order["payload"].encode(),
    )
    assert status == 201, status


if __name__ == "__main__":
    threads, count, order = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(send, [order] * count):
            pass
    print(json.dumps({"perSecond": count / (time.perf_counter() - started)}))
