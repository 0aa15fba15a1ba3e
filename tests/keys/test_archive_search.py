"""A key that is packed in what is published is found, and no archive does harm to a build."""

from __future__ import annotations

import bz2
import gzip
import io
import random
import resource
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pwagen.keys import archive_search
from pwagen.keys.archive_search import (
    DAMAGED,
    DEPTH,
    ENCRYPTED,
    ENTRIES,
    TOO_DEEP,
    TOO_LARGE,
    TOO_MANY,
    ArchiveFindings,
    find_in_file,
    search_archive,
)
from pwagen.keys.key_pair import generate_key_pair
from pwagen.keys.key_search import DER, OWN, PEM, KeySearch

PAIR = generate_key_pair()
OTHER = generate_key_pair()
MEGABYTE = 1 << 20
Packer = Callable[[dict[str, bytes]], bytes]


def zipped(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(entries: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def search(content: bytes, path: str = "a.bin", keys: KeySearch | None = None) -> ArchiveFindings:
    return search_archive(io.BytesIO(content), path, keys or KeySearch(PAIR.public_key))


PACKERS: dict[str, Packer] = {
    "zip": zipped,
    "zip, stored": lambda entries: zipped(entries, zipfile.ZIP_STORED),
    "zip, bzip2": lambda entries: zipped(entries, zipfile.ZIP_BZIP2),
    "zip, lzma": lambda entries: zipped(entries, zipfile.ZIP_LZMA),
    "self-extracting's data": lambda entries: zipped(entries) + b"signature",
    "tar, pax": tarred,
    "tar, GNU": lambda entries: tarred(entries, tarfile.GNU_FORMAT),
    "tar, ustar": lambda entries: tarred(entries, tarfile.USTAR_FORMAT),
    "tar.gz": lambda entries: gzip.compress(tarred(entries)),
    "tar.bz2": lambda entries: bz2.compress(tarred(entries)),
    "two tars in one": lambda entries: tarred({"x": b"x"}) + tarred(entries),
    "zip in a zip": lambda entries: zipped({"inner.zip": zipped(entries)}),
    "tgz in a zip": lambda entries: zipped({"inner.tgz": gzip.compress(tarred(entries))}),
    "zip in a tgz": lambda entries: gzip.compress(tarred({"inner.jar": zipped(entries)})),
}
KEYS = {
    "PEM": ("deploy/key.txt", OTHER.private_pem, PEM),
    "ours": ("a/config.ini", f"key = {PAIR.private_key}".encode(), OWN),
    "DER": ("keys/key.der", OTHER.private_der, DER),
}


@pytest.mark.parametrize("form", PACKERS)
@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=() if key == "ours" else pytest.mark.slow) for key in KEYS]
)
def test_a_key_is_found_in_archives_of_all_forms(form: str, key: str) -> None:
    name, content, kind = KEYS[key]
    packed = PACKERS[form]({"first.txt": b"x" * 2_000_000, name: content, "last.txt": b"x" * 1000})
    found, unsearched = search(packed)
    assert (found and found.kind, unsearched) == (kind, "")
    assert found and found.entry.endswith(name) and str(found) == f'{kind} in its entry "{found.entry}"'
    assert find_in_file(packed, "a.bin", KeySearch(PAIR.public_key)) == found


@pytest.mark.parametrize("form", PACKERS)
def test_archives_without_a_key_are_no_offence(form: str) -> None:
    long_name = "long/" * 60 + "public.pem"
    packed = PACKERS[form]({long_name if "ustar" not in form else "x": PAIR.public_pem, "empty": b""})
    assert search(packed) == (None, "")


@pytest.mark.parametrize(
    ("name", "shown"), [("key.txt.gz", "key.txt"), ("key.TXT.bz2", "key.TXT"), ("logo.svgz", "logo.svgz")]
)
def test_one_compressed_file_is_called_as_it_is_unpacked(name: str, shown: str) -> None:
    pack = bz2.compress if name.endswith("bz2") else gzip.compress
    found, _ = search(pack(OTHER.private_pem), name)
    assert found == (PEM, shown)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_count_whole(form: int) -> None:
    name = "folder/" * 40 + "key.der"
    found, _ = search(tarred({name: OTHER.private_der}, form))
    assert found and found.kind == DER and found.entry.endswith("folder/key.der") and "…" in found.entry


def test_a_key_in_two_pieces_of_an_entry_is_found() -> None:
    for place in ((1 << 20) - 20, (1 << 20) - 1, (2 << 20) - 43):
        found, _ = search(zipped({"a.txt": b"," * place + PAIR.private_key.encode() + b"," * 900}))
        assert found == (OWN, "a.txt")


def test_names_of_entries_are_printable_and_no_line_of_their_own() -> None:
    found, _ = search(zipped({"a\n\x1b[2J\u202eb": OTHER.private_pem}))
    assert found and found.entry == "a\ufffd\ufffd[2J\ufffdb"


def test_in_an_example_only_our_own_key_is_an_offence() -> None:
    keys = KeySearch(PAIR.public_key, ["docs/a.zip"])
    packed = zipped({"x.pem": OTHER.private_pem})
    assert search(packed, "docs/a.zip", keys).key is None
    assert search(packed, "docs/b.zip", keys).key
    assert search(zipped({"x.pem": PAIR.private_pem}), "docs/a.zip", keys).key == (OWN, "x.pem")


def nested(depth: int, content: bytes) -> bytes:
    for _ in range(depth):
        content = zipped({"x": content})
    return content


def test_archives_are_searched_to_the_depth_that_is_documented() -> None:
    assert search(nested(DEPTH, OTHER.private_pem)) == ((PEM, "x/x/x/x"), "")
    assert search(nested(DEPTH + 1, OTHER.private_pem)) == (None, TOO_DEEP)


def encrypted() -> bytes:
    """Return a zip file whose entry says that it is encrypted: flag bits at 6, and 8 in the central list."""
    packed = bytearray(zipped({"secret": b"x"}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def megabytes(count: int) -> bytes:
    """Return that much text, packed: a gzip file may have many members."""
    return gzip.compress(b"text and" * (MEGABYTE // 8)) * count


def pax_bomb() -> bytes:
    """Return a tar file that begins with an extended header of 200 MB."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 200 * MEGABYTE
    return gzip.compress(header.tobuf(tarfile.USTAR_FORMAT)) + megabytes(200)


def long_list() -> bytes:
    """Return a zip file that lists the same entry 100,000 times."""
    packed = zipped({"n" * 60: b"x"})
    start, end = packed.index(b"PK\x01\x02"), packed.index(b"PK\x05\x06")
    entries = packed[start:end] * 100_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entries), start, 0)
    return packed[:start] + entries + tail


@pytest.mark.slow
def test_many_small_entries_are_counted() -> None:
    assert search(zipped({str(number): b"" for number in range(ENTRIES + 1)})) == (None, TOO_MANY)


HARMFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "encrypted": (encrypted, ENCRYPTED),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), "7z is not unpacked"),
    "too large": (lambda: megabytes(300), TOO_LARGE),
    "too large at two depths": (lambda: gzip.compress(megabytes(300)), TOO_LARGE),
    "pax bomb": (pax_bomb, ""),
    "long list": (long_list, TOO_MANY),
    "no zip": (lambda: b"PK\x03\x04" + bytes(99), DAMAGED),
    "half a zip": (lambda: zipped({"x": bytes(99)})[:60], DAMAGED),
    "half a gzip": (lambda: gzip.compress(random.Random(1).randbytes(99_999))[:999], DAMAGED),
    "half a tar": (lambda: tarred({"x": bytes(9999)})[:3000], DAMAGED),
    "no tar": (lambda: tarred({"x": bytes(9999)})[:512] + bytes(512) + b"x" * 9000, DAMAGED),
}


BOMBS = ("too large", "too large at two depths", "pax bomb", "long list")


@pytest.mark.parametrize("harm", sorted({*HARMFUL} - {*BOMBS}))
def test_what_cannot_be_searched_is_said(harm: str) -> None:
    make, reason = HARMFUL[harm]
    assert search(make()) == (None, reason)


def test_what_is_whole_of_a_damaged_archive_is_searched() -> None:
    packed = bytearray(zipped({"a": random.Random(1).randbytes(9999), "b": OTHER.private_pem}))
    packed[500:600] = bytes(100)
    assert search(bytes(packed)).key == (PEM, "b")
    half = gzip.compress(OTHER.private_pem + random.Random(1).randbytes(9999))[:-3000]
    assert search(half).key


@pytest.mark.slow
@pytest.mark.parametrize("harm", BOMBS)
def test_a_bomb_takes_little_memory_and_time(harm: str, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(HARMFUL[harm][0]())
    code = (
        "import re, sys\n"
        "from pwagen.keys.archive_search import search_archive\n"
        "from pwagen.keys.key_search import KeySearch\n"
        "with open(sys.argv[1], 'rb') as file: print(search_archive(file, 'x', KeySearch()).unsearched)\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code, bomb], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    *reason, peak = done.stdout.splitlines()
    assert reason == [HARMFUL[harm][1]]
    assert int(peak) < 48 << 10, "KiB"
    assert after.ru_utime - before.ru_utime < 10, "seconds"


@pytest.mark.slow
def test_no_archive_however_damaged_ends_in_an_exception() -> None:
    rng = random.Random(4711)
    whole = [packer({"a": b"text " * 99, "b/c": bytes(600)}) for packer in PACKERS.values()]
    # Within 5,000 there is one of each kind that reading an archive raises.
    for _ in range(10_000):
        packed = bytearray(rng.choice(whole))
        for _ in range(rng.choice((1, 1, 3, 30))):
            packed[rng.randrange(len(packed))] = rng.randrange(256)
        search(bytes(packed[: rng.choice((len(packed), rng.randrange(len(packed))))]))


def test_nothing_heavy_is_imported_before_there_is_an_archive() -> None:
    code = f"import sys, {archive_search.__name__}; print('zipfile' in sys.modules, 'gzip' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
