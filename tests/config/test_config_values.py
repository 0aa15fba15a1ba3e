"""Single values: what each judge lets pass, and what it says of the rest."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwagen.binding.shape import Shape, members
from pwagen.config.checks.values import CHECKS, check, parse_duration, parse_size
from pwagen.config.model import Config

PUBLIC = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
POINT = base64.urlsafe_b64decode(PUBLIC + "=")

GOOD = {
    "color": """#fff|#FFFF|#0b3d5c|#0b3d5c80|red|RebeccaPurple|transparent|rgb(1, 2, 3)|rgb(1,2,3,.5)
        |rgba(1 2 3 / 50%)|rgb(10% 20% 30%)|hsl(120deg 100% 50%)|hsl(120, 100%, 50%)|hwb(0.5turn 0% 0%)
        |lab(50% 40 59.5)|oklch(40.1% 0.123 21.57 / 0.5)|lch(none 0 none)|color(display-p3 1 0.5 0)""",
    "url": "./|/|a|a/b?c=d#e|../x|?q|#f|a%20b|news/é|./a:b|a@b",
    "url_any_origin": "./a|/b|https://example.com|https://example.com:8443/a?b|https://bücher.example/"
    "|http://localhost:8000/x|http://127.0.0.1/|http://[::1]:80/|HTTPS://EXAMPLE.COM/",
    "url_with_placeholder": "open?a=%s|./%s",
    "download_id": "harbour-tour|a|A_1",
    "duration": "0s|1ms|1.5s|30s|5m|24h|7d|52w",
    "size": "0 B|500 kB|500kB|2 MiB|1.5 GB",
    "language": "en|EN|pt-BR|zh-Hant-TW|de-CH-1996|es-419|sl-rozaj|en-x-own|de-u-co-phonebk",
    "relative_path": "a|./a/b.svg|logo with space.svg|.hidden|a..b",
    "folder": "public|.|../site|./a",
    "glob": "**|**/*.html|assets/**|/a/*|{a,b}/*.js|[ab].css|a b",
    "icon_sizes": "any|192x192|16x16 32x32",
    "mime": "image/png|image/svg+xml|application/vnd.ms-excel",
    "mime_pattern": "image/*|text/csv",
    "monogram": "HN|É|ש|دا٣",
    "extension": ".csv|.tar.gz|.7z",
    "accept": "image/*|.heic|text/plain",
    "icon_purpose": "any|maskable|monochrome|maskable monochrome",
    "protocol": "mailto|tel|web+tide",
    "origin": "https://example.com|https://a.b.example:8443|http://localhost:3000|https://[::2]",
    "published_address": "https://example.com/|https://example.com|HTTPS://bücher.example/app/|http://localhost:8000/",
    "header_name": "X-CSRFToken|X_Own.Header|Authorization",
    "vapid_public_key": PUBLIC,
    "text_name": "NetworkError|install_ios|offline_heading",
}

BAD = [
    ("text_name", "NetworkErorr", 'did you mean "NetworkError"?'),
    ("text_name", "networkError", 'did you mean "NetworkError"?'),
    ("color", "0b3d5c", 'write "#0b3d5c"'),
    ("color", "0x0b3d5c", 'write "#0b3d5c"'),
    ("color", "#12345", "write # and 3, 4, 6 or 8 hexadecimal digits, in quotes"),
    ("color", "greem", 'did you mean "green"?'),
    ("color", "rgb(1 2)", 'write a name, "#0b3d5c", or a function such as "rgb(11 61 92)"'),
    ("color", "rgb(1, 2 3)", 'write a name, "#0b3d5c", or a function such as "rgb(11 61 92)"'),
    ("color", "var(--x)", 'write a name, "#0b3d5c", or a function such as "rgb(11 61 92)"'),
    ("color", "red;}</style>", 'write a name, "#0b3d5c", or a function such as "rgb(11 61 92)"'),
    ("url", "", 'write "./" for the folder that the files are copied to'),
    ("url", "https://example.com/a?b", 'write "/a?b"'),
    ("url", "https://example.com", 'write "/"'),
    ("url", "//example.com/", "write a path on the app's own host"),
    ("url", "/\\example.com", 'write "/example.com"'),
    ("url", "javascript:alert(1)", "publish a file and write its path"),
    ("url", "JavaScript:alert(1)", "publish a file and write its path"),
    ("url", "java\nscript:alert(1)", "write it on one line"),
    ("url", "data:text/html,x", "publish a file and write its path"),
    ("url", "tides:now", 'write "./tides:now" if it is a path'),
    ("url", "a b", 'write "a%20b"'),
    ("url", "50%", 'write "50%25"'),
    ("url", "%zz", 'write "%25zz"'),
    ("url", "<b>", "write < as %3C, > as %3E, { as %7B and so on"),
    ("url_any_origin", "http://example.com/a", 'write "https://example.com/a"'),
    ("url_any_origin", "//example.com", 'write "https:" before it'),
    ("url_any_origin", "https://", 'write it like "https://example.com/path"'),
    ("url_any_origin", "https:example.com", 'write it like "https://example.com/path"'),
    ("url_any_origin", "https://a:b@example.com/", "remove everything up to the @"),
    ("url_any_origin", "https://localhost:99999/", "write the right port"),
    ("url_any_origin", "http://localhost.example.com/", 'write "https://localhost.example.com/"'),
    ("url_any_origin", "https://*.example.com/", 'write it like "https://example.com/path"'),
    ("url_any_origin", "ftp://example.com/", 'write "./ftp://example.com/" if it is a path'),
    ("url_with_placeholder", "open", 'write %s where the address goes, like "open?address=%s"'),
    ("url_with_placeholder", "https://example.com/%s", 'write "/x"'),
    ("duration", "24 h", 'write "24h"'),
    ("duration", "24 hours", 'write "24h"'),
    ("duration", "1,5 min", 'write "1.5m"'),
    ("duration", "-1s", 'write a number and ms, s, m, h, d or w, like "24h"'),
    ("duration", "1h30m", 'write a number and ms, s, m, h, d or w, like "24h"'),
    ("duration", "9999w", "write a shorter time"),
    ("size", "500kb", 'write "500 kB"'),
    ("size", "2M", 'write "2 MiB"'),
    ("size", "lots", 'write a number and B, kB, MB, KiB or MiB, like "2 MiB"'),
    ("size", "9999 GiB", "write a smaller size"),
    ("language", "en_GB", 'write "en-GB"'),
    ("language", "en_GB.UTF-8", 'write "en-GB"'),
    ("language", "english", 'write it like "en" or "pt-BR"'),
    ("relative_path", "/etc/passwd", "write it relative to pwagen.yaml"),
    ("relative_path", "~/logo.svg", "write it relative to pwagen.yaml"),
    ("relative_path", "C:\\logo.svg", "write it relative to pwagen.yaml"),
    ("relative_path", "a/../../b", "keep the file inside it, and write no .."),
    ("relative_path", "a\\..\\b", "keep the file inside it, and write no .."),
    ("relative_path", "a\\b", 'write "a/b"'),
    ("relative_path", "a\0b", "write the path as it is on disk"),
    ("relative_path", "https://example.com/a.svg", "write the path of a file beside pwagen.yaml"),
    ("relative_path", " ", "write a path"),
    ("folder", "/srv/www", "write it relative to pwagen.yaml"),
    ("glob", "", 'write a path, or a pattern like "assets/**"'),
    ("glob", "../**", "write it without .."),
    ("glob", "https://cdn.example.com/**", "write the path alone: only the app's own files are looked at"),
    ("glob", "a\\*", 'write "a/*"'),
    ("glob", "[ab", "close it"),
    ("download_id", "The tour", 'write letters, digits, - and _, like "the-tour"'),
    ("monogram", "", "write the initials of the app"),
    ("monogram", "Tides", "write the initials of the app"),
    ("monogram", "A&B", "write the initials of the app"),
    ("download_id", "…", 'write letters, digits, - and _, like "harbour-tour"'),
    ("icon_sizes", "192", 'write "192x192"'),
    ("icon_sizes", "192X192, 512×512", 'write "192x192 512x512"'),
    ("icon_sizes", "0x0", 'write it like "192x192" or "any"'),
    ("mime", "png", 'write "image/png"'),
    ("mime", "image/jpg", 'write "image/jpeg"'),
    ("mime", "image/*", 'write it like "image/png"'),
    ("extension", "csv", 'write ".csv"'),
    ("extension", "*.csv", 'write ".csv"'),
    ("accept", "photos", 'write ".photos"'),
    ("icon_purpose", "badge", "write any, maskable or monochrome"),
    ("icon_purpose", "", "write any, maskable or monochrome"),
    ("icon_purpose", "any any", 'write "any"'),
    (
        "icon_purpose",
        "any maskable",
        "make two files, one for any and one for maskable; icons.source makes both",
    ),
    ("protocol", "mailto:", 'write "mailto"'),
    ("protocol", "web+Tide", 'write "web+tide"'),
    ("protocol", "http", 'write "web+http", or one of the safelist, such as mailto or tel'),
    ("published_address", "./", 'write it like "https://example.com/"'),
    ("published_address", "//example.com/", 'write it like "https://example.com/"'),
    ("published_address", "https://example.com/?a", "leave out everything from the ? or # on"),
    ("published_address", "http://example.com/", 'write "https://example.com/"'),
    ("origin", "https://example.com/", 'write "https://example.com"'),
    ("origin", "https://Example.com/a", 'write "https://example.com"'),
    ("origin", "example.com", 'write "https://example.com"'),
    ("origin", "http://example.com", 'write "https://example.com"'),
    ("origin", "*", 'write it like "https://docs.example.com"'),
    ("header_name", "X CSRF", 'write letters, digits and hyphens, like "X-CSRFToken"'),
    ("header_name", "X\r\nY", 'write letters, digits and hyphens, like "X-CSRFToken"'),
    ("header_name", "Cookie", "use another name, like X-CSRFToken"),
    ("header_name", "Sec-Own", "use another name, like X-CSRFToken"),
    ("vapid_public_key", f"{PUBLIC}=", f'write "{PUBLIC}"'),
    ("vapid_public_key", base64.b64encode(POINT).decode(), f'write "{PUBLIC}"'),
    ("vapid_public_key", POINT.hex(), f'write "{PUBLIC}"'),
    ("vapid_public_key", f" {PUBLIC}\n", f'write "{PUBLIC}"'),
    ("vapid_public_key", "B" * 87, "pwagen keys generate makes a new pair"),
    (
        "vapid_public_key",
        "hello",
        "write the 87 characters, beginning with B, that pwagen keys generate prints",
    ),
]


@pytest.mark.parametrize(
    ("name", "text"), [(name, one.strip()) for name in GOOD for one in GOOD[name].split("|")]
)
def test_good_values_pass(name: str, text: str) -> None:
    assert check(name, text) is None


@pytest.mark.parametrize(("name", "text", "fix"), BAD)
def test_bad_values_are_told_what_to_write(name: str, text: str, fix: str) -> None:
    wrong = check(name, text)
    assert wrong is not None
    assert wrong.fix == fix


@pytest.mark.parametrize(("name", "text", "fix"), [row for row in BAD if row[2].startswith('write "')])
def test_what_to_write_is_right(name: str, text: str, fix: str) -> None:
    """Whoever pastes the advice is done, or is told the next thing."""
    advised = fix.removeprefix('write "').split('"')[0]
    again = check(name, advised)
    assert again is None or again.fix != fix


def test_every_check_is_tested_and_used() -> None:
    assert set(GOOD) == set(CHECKS)
    used: set[str] = set()

    def gather(shape: Shape | None) -> None:
        if shape is None:
            return
        used.update(shape.checks)
        for inner in (shape.item, shape.key, shape.value):
            gather(inner)
        if shape.struct and shape.struct not in seen:
            seen.add(shape.struct)
            for member in members(shape.struct).values():
                gather(member.shape)

    seen: set[type] = set()
    gather(Shape(struct=Config))
    assert used == set(CHECKS)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0s", 0),
        ("1ms", 1),
        ("1.5s", 1500),
        ("2m", 120_000),
        ("24h", 86_400_000),
        ("7d", 604_800_000),
        ("1w", 604_800_000),
    ],
)
def test_durations(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize(
    ("text", "size"), [("1 B", 1), ("500 kB", 500_000), ("1.5 MB", 1_500_000), ("2 MiB", 2_097_152)]
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "1", "h", "1 h", "1y", "1e3s", "+1s", "١s", "1s\n"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.slow
@given(
    st.sampled_from(sorted(CHECKS)),
    st.text(max_size=60) | st.text("htps:/\\%.#?&@[]{}()*+-_ x0A,", max_size=40),
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_judged(name: str, text: str) -> None:
    wrong = check(name, text)
    assert wrong is None or (wrong.message and wrong.fix)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_long_texts_are_judged_at_once(name: str) -> None:
    """A pattern that backtracks badly takes minutes for these."""
    start = time.process_time()
    for piece in ("a", "1", "1 ", "a-", "a.", "%", "en-a-bb-", "1x1 ", ".a"):
        for length in (99, 2048):
            for before in ("", "rgb(", "https://", "#"):
                check(name, (before + piece * length)[: length - 1] + "!")
    assert time.process_time() - start < 2


def test_texts_beyond_all_use_are_not_looked_at() -> None:
    assert check("url", "a" * 2049) == ("has 2049 characters", "write at most 2048")
    assert check("url", "a" * 2048) is None
