"""A page whose own policy forbids the app: said by the build, and the advice is enough."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pwagen.inject.page_policy import forbidden
from tests.site_rule import built

PAGE = (
    "<!doctype html>\n<html>\n<head>\n<title>a</title>\n"
    '<meta http-equiv="Content-Security-Policy" content="{0}">\n</head>\n</html>\n'
)
ADVICE = re.compile(r"(write|add) ([a-z-]+) (.*)")


@pytest.mark.parametrize(
    ("policy", "directives"),
    [
        ("default-src 'self'", []),
        ("default-src *; script-src https:; worker-src example.org", []),
        ("img-src 'none'; style-src 'none'", []),
        ("DEFAULT-SRC 'NONE'", ["default-src"] * 4),
        ("default-src", ["default-src"] * 4),
        ("default-src 'none'; script-src 'self'", ["default-src", "default-src"]),
        # register.js has no nonce, and the worker is asked for by it.
        ("script-src 'nonce-1' 'strict-dynamic' 'self'", ["script-src"]),
        ("script-src 'self'; worker-src 'strict-dynamic'", []),
        ("script-src 'sha256-x'; default-src 'self'", ["script-src"] * 2),
        ("script-src 'self'; script-src 'none'", []),
        ("script-src-elem data:; script-src 'self'", ["script-src-elem"]),
        (
            "connect-src 'none'; manifest-src blob:; child-src 'none'",
            ["manifest-src", "child-src", "connect-src"],
        ),
    ],
)
def test_what_a_policy_forbids_and_the_advice_against_it(policy: str, directives: list[str]) -> None:
    assert [what.directive for what in forbidden(policy, connects=True)] == directives
    for _ in range(5):
        by_name = {part.split()[0].lower(): part.strip() for part in reversed(policy.split(";"))}
        for what in forbidden(policy, connects=True):
            if advice := ADVICE.fullmatch(what.fix):
                by_name[advice[2]] = f"{advice[2]} {advice[3]}"
            else:
                assert "'strict-dynamic' in script-src" in what.fix
                by_name["script-src"] = by_name["script-src"].replace("'strict-dynamic'", "'self'")
        policy = "; ".join(by_name.values())
    assert list(forbidden(policy, connects=True)) == []


@pytest.mark.slow
def test_the_build_names_file_line_and_directive_each_time(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / f"public/{name}.html").write_text(
            PAGE.format("script-src &#39;none&#39;; worker-src 'self'")
        )
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nminify: false\n")
    for options in ([], [], ["--check"]):
        warnings = json.loads(built(tmp_path, "--json", *options).stdout)["warnings"]
        [warning] = [warning for warning in warnings if "Policy" in warning["message"]]
        assert warning == {
            "path": str(tmp_path / "public/a.html"),
            "line": 5,
            "column": 0,
            "message": "its Content-Security-Policy forbids register.js (script-src 'none'), "
            "as in 2 more pages",
            "fix": "write script-src 'self'",
        }
    for page in (tmp_path / "public").glob("?.html"):
        page.write_text(page.read_text().replace("&#39;none&#39;", "'self'"))
    assert "Policy" not in built(tmp_path).stderr
