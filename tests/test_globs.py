"""Globs mean what the documentation says, and the same in Python and in JavaScript."""

from __future__ import annotations

import json
import random
import re
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pwagen.globs import any_name, matcher, to_regex, to_url_pattern

CASES = [
    ("**/*.html", ["index.html", "a/b/c.html", ".html"], ["index.htm", "a.html/b", "indexxhtml"]),
    ("assets/**", ["assets", "assets/a.css", "assets/a/b.css"], ["assets2/a.css", "my/assets/a.css"]),
    ("**", ["a", "a/b", ""], []),
    ("*", ["a", "a.html"], ["a/b"]),
    ("*.html", ["a.html"], ["a/b.html"]),
    ("a/**/b.js", ["a/b.js", "a/x/b.js", "a/x/y/b.js"], ["b.js", "a/xb.js"]),
    ("**/img/**", ["img/a.png", "x/img/a/b.png", "img"], ["ximg/a.png"]),
    ("**/**/*.js", ["a.js", "x/y/a.js"], ["a.jsx"]),
    ("docs/**/**", ["docs", "docs/a", "docs/a/b"], ["docsx"]),
    ("img/?.png", ["img/a.png", "img/😀.png"], ["img/ab.png", "img//.png"]),
    ("v[0-9].js", ["v1.js"], ["va.js", "v10.js"]),
    ("v[!0-9].js", ["va.js"], ["v1.js", "v/.js"]),
    ("[+-9]", ["5", "+"], ["/"]),
    ("[]]x", ["]x"], ["x"]),
    ("[a&&~~||b]", ["&", "~", "|", "a"], ["c"]),
    ("a[]b", ["a[]b"], ["ab"]),
    ("x.{css,js}", ["x.css", "x.js"], ["x.", "x.csss"]),
    ("{assets,img/**}/x", ["assets/x", "img/x", "img/a/b/x"], ["x"]),
    ("{a,b{c,d}}", ["a", "bc", "bd"], ["b", "{a"]),
    ("{a,b", ["{a,b"], ["a"]),
    ("[{]a}", ["{a}"], ["a"]),
    ("./a.css", ["a.css"], ["./a.css"]),
    ("/a.css", ["a.css"], []),
    ("a+b (1).$^|\\.png", ["a+b (1).$^|\\.png"], ["aab (1).png"]),
    ("a", ["a"], ["a\n", "\na"]),
    ("Ä*.png", ["Äb.png"], ["äb.png"]),
]
EACH = pytest.mark.parametrize(("glob", "matching", "others"), CASES, ids=[case[0] for case in CASES])


@EACH
def test_glob_matches_in_python(glob: str, matching: list[str], others: list[str]) -> None:
    source = re.compile(to_regex(glob))
    chosen = matcher([glob])
    for path in matching:
        assert source.fullmatch(path), path
        assert chosen(path), path
    for path in others:
        assert not source.fullmatch(path), path
        assert not chosen(path), path


def test_globs_match_the_same_in_javascript(node: Path) -> None:
    paths = sorted({path for _, matching, others in CASES for path in (*matching, *others)})
    sources = [to_regex(glob) for glob, _, _ in CASES]
    rows = [[source, [path for path in paths if re.fullmatch(source, path)]] for source in sources]
    assert _differences(node, rows, paths) == []


GLOBS = st.text(alphabet="ab/*?[]{},!-.\\^&~|$()ä", max_size=12)


@given(GLOBS, st.text(alphabet="ab/.ä", max_size=8))
def test_every_string_is_a_glob_and_the_short_cuts_agree(glob: str, path: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        slow = re.compile(to_regex(glob)).fullmatch(path) is not None
    if "//" not in path and not path.startswith("/"):
        assert matcher([glob])(path) == slow


def test_every_string_is_valid_and_means_the_same_in_javascript(node: Path) -> None:
    pick = random.Random(7)
    globs = ["".join(pick.choices("ab/*?[]{},!-.\\^&~|$()ä", k=pick.randint(0, 10))) for _ in range(1500)]
    paths = ["", "a", "b/a", "a/b/a.b", "a-b", "[a]", "{a,b}", "ä", "a!b", "&"]
    rows = [
        [source, [path for path in paths if re.fullmatch(source, path)]] for source in map(to_regex, globs)
    ]
    assert sum(len(matching) for _, matching in rows) > 100
    assert _differences(node, rows, paths) == []


def _differences(node: Path, rows: Sequence[object], paths: list[str]) -> list[object]:
    """Return the rows on which a JavaScript engine disagrees about which of the paths match."""
    script = """
      const [rows, paths] = JSON.parse(process.argv[1]);
      console.log(JSON.stringify(rows.filter(([source, matching]) => {
        const regex = new RegExp(source, "u");
        return JSON.stringify(paths.filter((path) => regex.test(path))) !== JSON.stringify(matching);
      })));
    """
    command = [str(node), "-e", script, json.dumps([rows, paths])]
    different: list[object] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    return different


@pytest.mark.parametrize(
    ("glob", "pattern"),
    [
        ("api/**", "api{/*}?"),
        ("**", "*"),
        ("**/*.json", "{*/}?{:n1}?.json"),
        ("a/*/b.js", "a/{:n2}?/b.js"),
        ("./x/y.json", "x/y.json"),
        ("v?.js", None),
        ("[ab].js", None),
        ("x.{css,js}", None),
        ("a b", None),
        ("a+b:c", None),
    ],
)
def test_what_a_url_pattern_can_say_is_said_in_one(glob: str, pattern: str | None) -> None:
    assert to_url_pattern(glob) == pattern


def test_names_are_matched_whole_or_by_their_beginning() -> None:
    source = any_name(["utm_*", "a.b"])
    assert [bool(re.match(source, name)) for name in ("utm_x", "utm_", "a.b", "axb", "xutm_", "a.bc")] == [
        *(True, True, True),
        *(False, False, False),
    ]
    assert not re.match(any_name([]), "x")
