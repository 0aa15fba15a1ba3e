"""What is stored for offline use, what is not, and that both are said."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pwagen.artifacts.artifact import Artifact
from pwagen.cli.budget import budget_report, first_visit
from pwagen.config.model import Fallbacks, Offline
from pwagen.errors import ConfigError, PwagenError
from pwagen.keys.key_search import KeySearch
from pwagen.site import hashes
from pwagen.site.precache import LeftOut
from pwagen.site.scan import Site, scan_site


def tree(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Write files below ``folder`` and return it."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def stored(site: Site) -> list[str]:
    return [entry.path for entry in site.precache]


def test_default_stores_what_pages_are_made_of(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "index.html": "start",
            "a/b/page.htm": "page",
            "a/style.css": "",
            "a/app.js": "1",
            "a/app.js.map": "map",
            "logo.svg": "<svg/>",
            "font.woff2": "f",
            "search.json": "{}",
            "film.mp4": "film",
            ".htaccess": "x",
            ".git/config.html": "x",
            "_headers": "x",
            "admin/index.html": "secret",
        },
    )
    site = scan_site(folder, Offline())
    assert stored(site) == ["a/app.js", "a/b/page.htm", "a/style.css", "font.woff2", "index.html", "logo.svg"]
    assert site.pages == ("a/b/page.htm", "admin/index.html", "index.html")
    assert [one.path for one in site.left_out] == ["admin/index.html"]
    start = site.precache[4]
    assert (start.sha256, start.size, start.required) == (
        base64.b64encode(hashlib.sha256(b"start").digest()).decode(),
        5,
        True,
    )
    assert site.precache_size == 1 + 4 + 0 + 1 + 5 + 6


def test_globs_choose_optional_and_excluded_files(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {"index.html": "", "a.css": "", "img/a.png": "", "img/b.png": "", "data.json": "{}", "sw.js": ""},
    )
    offline = Offline(precache=("**",), optional=("img/**",), exclude=("img/b.png",), page="offline.html")
    site = scan_site(folder, offline, leave_out=["sw.js"])
    assert [(entry.path, entry.required) for entry in site.precache] == [
        ("a.css", True),
        ("data.json", True),
        ("img/a.png", False),
        ("index.html", True),
    ]


def test_images_and_fonts_are_optional_in_the_precache_by_default(tmp_path: Path) -> None:
    names = ("a.css", "a.js", "a.png", "a.woff2", "index.html", "no-picture.svg")
    folder = tree(tmp_path, dict.fromkeys(names, ""))

    def required(**options: Any) -> list[str]:
        return [entry.path for entry in scan_site(folder, Offline(**options)).precache if entry.required]

    assert required() == ["a.css", "a.js", "index.html"]
    assert required(fallbacks=Fallbacks(image="no-picture.svg"))[3:] == ["no-picture.svg"]
    assert required(optional=("*.js",)) == ["a.css", "a.png", "a.woff2", "index.html", "no-picture.svg"]
    assert required(optional=()) == list(names)


def test_host_files_keys_and_maps_are_never_stored_even_when_asked_for(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {"_headers": "", "_redirects": "", "x.js.map": "", "a.js.gz": "", "public.pem": "key", ".x.html": ""},
    )
    assert stored(scan_site(folder, Offline(precache=("**", "**/.*")))) == []


def test_the_sites_offline_page_is_precached_without_a_glob(tmp_path: Path) -> None:
    folder = tree(tmp_path, {"down/sorry.html": "x", "index.html": ""})
    assert stored(scan_site(folder, Offline(precache=("*.css",), page="down/sorry.html"))) == [
        "down/sorry.html"
    ]


def test_budgets_keep_what_is_needed_most_and_say_what_is_left_out(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "a/page.html": b"p" * 400,
            "a.png": b"i" * 300,
            "big.png": b"i" * 1500,
            "font.woff2": b"f" * 300,
            "index.html": b"s" * 300,
            "small.png": b"i" * 10,
            "style.css": b"c" * 600,
            "top.html": b"t" * 100,
        },
    )
    offline = Offline(max_file_size="1 kB", max_total_size="1410 B", optional=("**/*.png",))
    site = scan_site(folder, offline)
    # 300 + 600 for the start and the style, 100 + 400 for the pages, then neither font nor picture fits;
    # the small picture does.
    assert stored(site) == ["a/page.html", "index.html", "small.png", "style.css", "top.html"]
    reasons = {one.path: one.reason for one in site.left_out}
    assert reasons["big.png"] == "it is larger than max_file_size (1 kB)"
    assert reasons["font.woff2"] == "it goes beyond max_total_size (1410 B)"
    report = "\n".join(budget_report(site, ()))
    assert "style.css" in report
    assert "big.png" in report
    assert "max_file_size" in report


PHOTOS: dict[str, bytes | str] = {
    "index.html": "start",
    "icon.png": b"i" * 16384,
    "photos/boat.JPG": b"b" * 900_000,
    "photos/tide.png": b"t" * 16385,
    "fonts/text.woff2": b"f" * 90_000,
}


@pytest.mark.parametrize(
    ("offline", "pictures"),
    [
        (Offline(), ["icon.png"]),
        (Offline(precache_add=("photos/t*",)), ["icon.png", "photos/tide.png"]),
        (Offline(fallbacks=Fallbacks(image="photos/tide.png")), ["icon.png", "photos/tide.png"]),
        (Offline(precache=("**/*.html", "**/*.png")), ["icon.png", "photos/tide.png"]),
        (Offline(optional=("photos/**",)), ["icon.png", "photos/boat.JPG", "photos/tide.png"]),
    ],
)
def test_pictures_are_stored_if_they_are_small_or_asked_for(
    tmp_path: Path, offline: Offline, pictures: list[str]
) -> None:
    site = scan_site(tree(tmp_path, PHOTOS), offline)
    assert [path for path in stored(site) if not path.endswith(("html", "woff2"))] == pictures


def test_a_font_is_stored_whatever_its_size(tmp_path: Path) -> None:
    assert "fonts/text.woff2" in stored(scan_site(tree(tmp_path, PHOTOS), Offline()))


def test_the_report_says_what_a_first_visit_costs(tmp_path: Path) -> None:
    site = scan_site(tree(tmp_path, PHOTOS | {"photos/sea.png": b"s" * 20_000}), Offline())
    worker = b'precache: [["index.html","",1],["offline.html","",1]]'.ljust(1000)
    own = [Artifact("sw.js", worker), Artifact("offline.html", b"o" * 500), Artifact("head.html", b"h")]
    report = "\n".join(budget_report(site, own))
    assert "A first visit fetches 5 files for it, 107.9 kB in all." in report
    assert "2 pictures of more than 16 KiB, 36.4 kB, are stored when they are shown" in report
    assert "photos/" not in report
    assert first_visit(site, own) == (5, 5 + 16384 + 90_000 + 1000 + 500)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_links_out_of_the_site_are_not_followed(tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", {"private.html": "private"})
    begins_alike = tree(tmp_path / "site-old", {"private.html": "private"})
    folder = tree(tmp_path / "site", {"index.html": "start"})
    (folder / "inside.html").symlink_to("index.html")
    (folder / "out.html").symlink_to(outside / "private.html")
    (folder / "sibling.html").symlink_to(begins_alike / "private.html")
    (folder / "folder").symlink_to(outside)
    (folder / "circle").symlink_to(folder)
    (folder / "dangling.html").symlink_to(folder / "absent")
    os.mkfifo(folder / "pipe.html")
    site = scan_site(folder, Offline())
    assert stored(site) == ["index.html", "inside.html"] == list(site.pages)
    assert {one.path: one.reason for one in site.left_out} == {
        "out.html": "it is a symbolic link that leads out of the site",
        "sibling.html": "it is a symbolic link that leads out of the site",
        "dangling.html": "it is a symbolic link that leads nowhere",
        "pipe.html": "it is not a regular file",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_name_that_is_not_utf8_is_left_out(tmp_path: Path) -> None:
    tree(tmp_path, {"schön.html": "x"})
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/sch\xf6n.html")).write_text("x", encoding="utf-8")
    site = scan_site(tmp_path, Offline())
    assert stored(site) == ["schön.html"]
    assert [one.reason for one in site.left_out] == ["its name is not UTF-8"]


def test_a_file_that_cannot_be_read_is_reported(not_root: None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = tree(Path(name), {"index.html": "x", "locked.css": "y"})
        (folder / "locked.css").chmod(0)
        site = scan_site(folder, Offline())
    assert stored(site) == ["index.html"]
    assert [(one.path, one.reason) for one in site.left_out] == [
        ("locked.css", "it cannot be read (Permission denied)")
    ]


def test_an_absent_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PwagenError, match="build your site first"):
        scan_site(tmp_path / "public", Offline())


PEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI\n-----END EC PRIVATE KEY-----\n"
KEY43 = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vapid.pem", PEM),
        ("keys/server.key", PEM.replace("EC ", "")),
        ("keys.json", f'{{"publicKey": "B…", "privateKey": "{KEY43}"}}'),
        ("jwk.json", f'{{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"{KEY43}"}}'),
        ("account.json", '{"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE"}'),
        (".env", f"VAPID_PRIVATE_KEY={KEY43}\n"),
        ("prod.env", f"export VAPID_PRIVATE_KEY='{KEY43}'\n"),
    ],
)
def test_a_private_key_in_the_site_is_refused(tmp_path: Path, name: str, content: str) -> None:
    folder = tree(tmp_path, {"index.html": "x", name: content})
    with pytest.raises(ConfigError) as caught:
        scan_site(folder, Offline())
    [problem] = caught.value.problems
    assert problem.path == str(folder / name)
    assert "private key" in problem.message.lower()


def test_a_private_key_at_the_end_of_a_file_is_found(tmp_path: Path) -> None:
    folder = tree(
        tmp_path, {"index.html": "x", "prod.env": "# settings\n" * 5000 + f"VAPID_PRIVATE_KEY={KEY43}"}
    )
    with pytest.raises(ConfigError, match="private key"):
        scan_site(folder, Offline())


def test_der_keys_are_recognised() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = ec.generate_private_key(ec.SECP256R1())
    for form in (PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8):
        assert KeySearch().find(key.private_bytes(Encoding.DER, form, NoEncryption()), "a.der")
        assert KeySearch().find(key.private_bytes(Encoding.PEM, form, NoEncryption()), "a.der")
    assert not KeySearch().find(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "a.der"
    )
    assert not KeySearch().find(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "a.der"
    )


def test_public_keys_and_pages_about_keys_are_no_offence(tmp_path: Path) -> None:
    folder = tree(
        tmp_path,
        {
            "index.html": f"<pre>{PEM}</pre>",
            "public.pem": "-----BEGIN PUBLIC KEY-----\nMFk\n",
            "config.json": '{"vapid_public_key": "' + "B" * 87 + '"}',
            "jwk.json": '{"kty":"EC","crv":"P-256","x":"a","y":"b"}',
        },
    )
    assert stored(scan_site(folder, Offline())) == ["index.html"]


def test_pages_in_capitals_are_pages(tmp_path: Path) -> None:
    folder = tree(tmp_path, {"INDEX.HTML": "a", "A.HTM": "b"})
    site = scan_site(folder, Offline())
    assert site.pages == ("A.HTM", "INDEX.HTML")
    assert stored(site) == ["A.HTM", "INDEX.HTML"]


# --- what the worker leaves alone ----------------------------------------------------------------


def test_what_never_keeps_out_is_said(tmp_path: Path) -> None:
    folder = tree(
        tmp_path, {"index.html": "a", "admin/index.html": "bb", "api/logo.svg": "<svg/>", "api/a": ""}
    )
    site = scan_site(folder, Offline())
    assert stored(site) == ["index.html"]
    reason = "it is under offline.never"
    assert site.left_out == (LeftOut("admin/index.html", 2, reason), LeftOut("api/logo.svg", 6, reason))


def test_an_api_reference_is_stored_unless_never_is_written(tmp_path: Path) -> None:
    folder = tree(
        tmp_path, {"index.html": "a", "api/index.html": "b", "api/a.css": "c", "accounts/in.html": "d"}
    )
    site = scan_site(folder, Offline())
    assert stored(site) == ["api/a.css", "api/index.html", "index.html"]
    assert [one.path for one in site.left_out] == ["accounts/in.html"]
    written = scan_site(folder, Offline(never=("api/**",)))
    assert stored(written) == ["accounts/in.html", "index.html"]


# --- the cache -----------------------------------------------------------------------------------


def age(folder: Path) -> None:
    """Wait until a further write gets another time stamp, as the cache wants it."""
    newest = max(path.stat().st_ctime_ns for path in folder.rglob("*"))
    while time.time_ns() < newest + 60_000_000:
        time.sleep(0.005)


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    original = hashes._sha256

    def record(
        path: str, size: int, key_in: Callable[[bytes], str | None]
    ) -> tuple[bytes, bytes, str | None]:
        seen.append(path)
        return original(path, size, key_in)

    monkeypatch.setattr(hashes, "_sha256", record)
    return seen


def test_unchanged_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tree(tmp_path / "site", {"index.html": "one", "a.css": "two", "b.css": "three"})
    cache = tmp_path / "cache" / "hashes"
    age(folder)
    seen = reads(monkeypatch)
    first = scan_site(folder, Offline(), cache_file=cache)
    assert len(seen) == 3
    assert scan_site(folder, Offline(), cache_file=cache) == first
    assert len(seen) == 3

    # Same size, and the old time put back: the inode and the change time tell.
    before = (folder / "a.css").stat()
    (folder / "a.css").write_text("TWO", encoding="utf-8")
    os.utime(folder / "a.css", ns=(before.st_atime_ns, before.st_mtime_ns))
    second = scan_site(folder, Offline(), cache_file=cache)
    assert len(seen) == 4
    assert second.precache[0].sha256 == base64.b64encode(hashlib.sha256(b"TWO").digest()).decode()


def test_a_file_that_was_just_written_is_not_trusted_to_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tree(tmp_path / "site", {"index.html": "one"})
    cache = tmp_path / "hashes"
    moment = (folder / "index.html").stat().st_ctime_ns
    monkeypatch.setattr(time, "time_ns", lambda: moment + 1_000_000)
    scan_site(folder, Offline(), cache_file=cache)
    seen = reads(monkeypatch)
    scan_site(folder, Offline(), cache_file=cache)
    assert len(seen) == 1


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xc1" * 99, b"\x94\x01\x91\xa1a\x91\x01\xc4\x00"])
def test_a_broken_cache_is_ignored_and_replaced(tmp_path: Path, content: bytes) -> None:
    folder = tree(tmp_path / "site", {"index.html": "one"})
    age(folder)
    cache = tmp_path / "hashes"
    cache.write_bytes(content)
    expected = scan_site(folder, Offline())
    assert scan_site(folder, Offline(), cache_file=cache) == expected
    assert b"index.html" in cache.read_bytes()


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    folder = tree(tmp_path / "site", {"index.html": "one"})
    age(folder)
    (tmp_path / "file").write_text("")
    assert stored(scan_site(folder, Offline(), cache_file=tmp_path / "file" / "hashes")) == ["index.html"]


@pytest.mark.slow
def test_many_files_are_hashed_by_two_threads_alike(tmp_path: Path) -> None:
    folder = tree(tmp_path / "site", {f"{index % 7}/{index}.css": str(index) for index in range(900)})
    site = scan_site(folder, Offline())
    assert len(site.precache) == 900
    for entry in site.precache:
        content = (folder / entry.path).read_bytes()
        assert entry.sha256 == base64.b64encode(hashlib.sha256(content).digest()).decode()


def test_scanning_imports_nothing_heavy() -> None:
    code = "import sys, pwagen.site.scan; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"asyncio", "cryptography", "pyvips", "jinja2", "html.parser", "concurrent"} & set(loaded)
