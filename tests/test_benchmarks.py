"""The benchmarks run, at their smallest and without the tools that they compare with."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
pytestmark = pytest.mark.slow


def output_of(name: str, *arguments: str) -> str:
    """Return what a benchmark prints."""
    command = [sys.executable, str(FOLDER / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_build_is_measured() -> None:
    options = ["--no-peers", "--parts", "--markdown"]
    printed = output_of("build.py", "--sizes", "20", "--rounds", "1", *options)
    seconds = re.findall(
        r"^20 +(pwagen(?:, [a-z -]*[a-z])?) +([\d.]+) +one run +([\d.]+) +(\d+)", printed, re.M
    )
    assert [line[0] for line in seconds] == [
        *("pwagen", "pwagen, unchanged", "pwagen, pages left alone"),
        *("pwagen, all parts", "pwagen, no search", "pwagen, no self-check", "pwagen, neither"),
    ]
    for _, taken, processor, peak in seconds:
        assert 0 < float(processor) < 60 and 0 < float(taken) < 60 and 5 < int(peak) < 500
    assert "Left out: workbox-cli, serwist-cli, workbox-build, serwist-build, ngsw-config." in printed
    assert "\n| seconds (peak MB) | 20 files |\n| --- | ---: |\n| pwagen | " in printed


def test_rounds_are_summed_up_by_their_median_and_spread() -> None:
    from benchmarks.processes import Run, Runs

    ours = Runs([Run(3, 1, 80), Run(1, 1, 90), Run(2, 4, 70)])
    theirs = Runs([Run(6, 4, 80), Run(1, 2, 90), Run(8, 4, 70)])
    assert (ours.seconds, ours.processor, ours.peak_mb, ours.spread) == (2, 1, 90, "1.00 to 3.00")
    assert ours.ratios(theirs) == (0.5, 0.5)


def test_checks_are_measured() -> None:
    printed = output_of("check.py", "--sizes", "20", "--rounds", "1", "--no-peers")
    seconds = re.search(r"^pwagen check +([\d.]+) \(\d+\)$", printed, re.M)
    assert seconds and 0 < float(seconds[1]) < 60
    assert re.search(r"^reported of the good site +0$", printed, re.M)
    assert "Left out: hint, @pwabuilder/manifest-validation (--no-peers)." in printed


def test_the_scripts_are_measured() -> None:
    printed = output_of("sizes.py", "--no-peers")
    sizes = re.findall(r"^pwagen (\S+): (.*\S) +([\d,]+) +([\d,]+) +([\d,]+)$", printed, re.M)
    assert len(sizes) == 12
    for _, _, *columns in sizes:
        built, zipped, small = (int(column.replace(",", "")) for column in columns)
        assert built > zipped > small
    added = re.findall(r"^\S.* +\+([\d,]+) +[+-]([\d,]+) +[+-]([\d,]+)$", printed, re.M)
    assert len(added) >= 4
    assert "Left out: Workbox (--no-peers)." in printed


def test_a_table_is_written_in_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- table: one -->\n\n| a |\n| --- |\n\nText.\n\n<!-- table: two -->\n\n| b |\n", "utf-8"
    )
    program = f"""
import sys, pathlib
sys.path.insert(0, {str(FOLDER)!r})
import tables
tables.PAGE = pathlib.Path({str(page)!r})
tables.write_table("one", [("name", "bytes", "for"), ("x", "+1,200", "all"), ("y", "-3", "some")])
tables.write_table("three", [("name",)])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "has no table three" in done.stderr
    assert page.read_text("utf-8") == (
        "<!-- table: one -->\n\n| name | bytes | for |\n| --- | ---: | --- |\n| x | +1,200 | all |\n"
        "| y | -3 | some |\n\nText.\n\n<!-- table: two -->\n\n| b |\n"
    )


@pytest.mark.browser
def test_the_worker_is_measured() -> None:
    printed = output_of("worker.py", "--sizes", "20", "--rounds", "1", "--visits", "2", "--no-peers")
    assert re.search(r"^20 +pwagen +[\d,]+ +[\d.]+ +[\d.]+$", printed, re.M)
    assert re.search(r"^20 +no worker +[\d.]+ +[\d.]+$", printed, re.M)


def test_sending_is_measured() -> None:
    printed = output_of("push.py", "--messages", "20", "--rounds", "1", "--subscriptions", "40", "--no-peers")
    lines = re.findall(r"^(pwagen.*?)  +([\d,]+)  +[\d,]+ to [\d,]+  +-?[\d,]+", printed, re.M)
    assert [name for name, _ in lines] == [
        "pwagen",
        "pwagen",
        "pwagen, one process",
        "pwagen, from a store",
    ]
    assert all(int(speed.replace(",", "")) > 10 for _, speed in lines)
    assert re.search(
        r"^Peak memory from a store: \d+ MiB for 4 subscriptions, \d+ MiB for 40$", printed, re.M
    )
    assert "Left out: pywebpush_peer.py, web_push.js, webpush_rs_peer.py (--no-peers)." in printed


@pytest.mark.timeout(300)
def test_sending_by_celery_is_measured() -> None:
    pytest.importorskip("celery", reason="Celery is not installed")
    if not shutil.which("redis-server") or not Path("/usr/lib/postgresql").exists():
        pytest.skip("Redis or PostgreSQL is not installed")
    printed = output_of("push.py", "--workers", "1", "--messages", "30", "--rounds", "1")
    lines = re.findall(
        r"^(pwagen|pywebpush).*?, (\S+)  +([\d,]+)  +[\d,]+ to [\d,]+  +-?[\d,]+", printed, re.M
    )
    assert [(name, processes) for name, processes, _ in lines] == [
        ("pwagen", "1"),
        ("pywebpush", "2"),
        ("pywebpush", "1"),
    ]
    assert all(int(speed.replace(",", "")) > 0 for *_, speed in lines)


def test_the_store_is_measured() -> None:
    if not Path("/usr/lib/postgresql").exists():
        pytest.skip("PostgreSQL is not installed")
    printed = output_of("store_scale.py", "--rows", "2000", "3000", "--rounds", "1")
    cells = re.findall(r"^(\S.*?)  +[\d.]+ \([\d.]+\)  +[\d.]+ \([\d.]+\)$", printed, re.M)
    assert len(cells) == 21
    assert re.search(r"^all +\d+ +1,\d\d\d$", printed, re.M)
    assert "Index Scan ix_pwagen_topics_topic_subscription_id" in printed


def test_the_search_for_keys_is_measured(tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text(
        "The quick brown fox jumps over the lazy dog\nabcdefghijklmnopqrstuvwxyzabcdefghijklmnopq\n"
    )
    lines = output_of("key_search.py", str(texts), "--keys", "20").splitlines()
    rows = {line[:32].strip(): line[32:].split() for line in lines if re.match("refused|missed", line)}
    assert len(rows) == 8
    unknown = rows.pop("missed: hexadecimal")
    assert unknown == ["20", "20", "20", "0", "0"]
    assert {tuple(counts[1:]) for counts in rows.values()} == {("0", "0", "0", "0")}


@pytest.mark.browser
def test_the_icons_are_measured() -> None:
    peers = ["sharp", "favicons", "@vite-pwa/assets-generator", "pwa-asset-generator"]
    printed = output_of("icons.py", "--drawings", "1", "--rounds", "1", "--without", *peers)
    rows = re.findall(
        r"^pwagen[a-z ,]*  +([\d.]+) +([\d.]+) +([\d,]+) +6 +([\d.]+) +([\d.]+)$", printed, re.M
    )
    assert len(rows) == 2
    for seconds, processor, size, alike, least in rows:
        assert 0 < float(processor) < 30 and 0 < float(seconds) < 30
        assert 1000 < int(size.replace(",", "")) < 100_000
        assert 0.99 < float(least) <= float(alike) <= 1
    assert f"Left out: {', '.join(peers)}." in printed
