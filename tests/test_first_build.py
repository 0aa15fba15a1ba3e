"""One `build --inject` is enough, whatever the site and the build before it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pwagen.build.project import read_project
from pwagen.errors import PwagenError
from pwagen.inject.in_place_build import plan_into_site
from pwagen.inject.merge import Policy
from tests.site_rule import built, keeps_the_rule, listed, run, tree, wrong_hashes

pytestmark = pytest.mark.slow  # whole builds

PAGE = "<!doctype html>\n<html>\n<head>\n<title>{0}</title>\n</head>\n<body>{0}</body>\n</html>\n"


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    site = tmp_path / "public"
    (site / "deep").mkdir(parents=True)
    for path in ("index.html", "deep/page.html"):
        (site / path).write_text(PAGE.format(path))
    configure(tmp_path)
    return tmp_path


def configure(project: Path, *sections: str) -> None:
    (project / "pwagen.yaml").write_text(
        "\n".join(["app: {name: X, lang: en}", "site: public", *sections]) + "\n"
    )


# --- our own old output is never a page of the site's --------------------------------------------


@pytest.mark.parametrize(
    "later",
    [
        ["offline: {page: gone.html}", "languages: {de: {}}"],
        ["offline: {page: offline.html}"],
        ["offline: false"],
    ],
    ids=["another offline page", "a language less", "nothing offline"],
)
def test_one_build_is_enough_after_a_change_of_the_config(project: Path, later: list[str]) -> None:
    configure(project, "languages: {de: {}}")
    built(project)
    assert "offline.de.html" in listed(project / "public")
    configure(project, *later)
    built(project)
    site = project / "public"
    assert wrong_hashes(site) == []
    once = tree(site)
    assert run(project, "--check").exit_code == 0
    built(project)
    assert tree(site) == once


def test_old_hooks_are_no_script_of_the_site(project: Path) -> None:
    (project / "first.js").write_text("// mine\n")
    (project / "second.js").write_text("// mine\n")
    configure(project, "worker: {hooks: first.js}")
    built(project)
    configure(project, "worker: {hooks: second.js}")
    built(project)
    assert "first.js" not in listed(project / "public")
    assert wrong_hashes(project / "public") == []


def test_an_edited_old_offline_page_is_the_sites(project: Path) -> None:
    built(project)
    edited = project / "public/offline.html"
    edited.write_text(edited.read_text().replace("<body>", "<body>Mine. "))
    configure(project, "offline: {page: other.html}")
    built(project)
    assert "offline.html" in listed(project / "public")
    assert wrong_hashes(project / "public") == []
    assert run(project, "--check").exit_code == 0


def test_what_comes_back_is_listed_at_once(project: Path) -> None:
    own = project / "public/first.js"
    own.write_text("// the site's own\n")
    (project / "first.js").write_text("// the hooks\n")
    configure(project, "worker: {hooks: first.js}")
    built(project, "--force")
    configure(project)
    built(project)
    assert own.read_text() == "// the site's own\n"
    assert "first.js" in listed(project / "public")
    assert run(project, "--check").exit_code == 0


def test_a_build_beside_the_site_leaves_out_what_an_injection_left(project: Path) -> None:
    configure(project, "languages: {de: {}}")
    built(project)
    configure(project)
    site = read_project(project).site
    assert site is not None
    assert "offline.de.html" not in {entry.path for entry in site.precache}


# --- a built result is checked against itself ----------------------------------------------------


def test_a_file_that_changes_while_it_is_built_stops_the_build(project: Path) -> None:
    (project / "public/style.css").write_text("a {}")
    before = tree(project / "public")
    plan = plan_into_site(read_project(project, for_injection=True), Policy())
    (project / "public/style.css").write_text("b { color: red }")
    with pytest.raises(PwagenError, match=r"style\.css: changed while pwagen was at work - build again"):
        plan.apply()
    (project / "public/style.css").write_text("a {}")
    assert tree(project / "public") == before


def test_a_listed_file_that_is_gone_stops_the_build(project: Path) -> None:
    (project / "public/style.css").write_text("a {}")
    plan = plan_into_site(read_project(project, for_injection=True), Policy())
    (project / "public/style.css").unlink()
    with pytest.raises(PwagenError, match=r"style\.css: .*build again"):
        plan.apply()
    assert not (project / "public/sw.js").exists()


# --- the first build is the last -----------------------------------------------------------------


def test_pages_that_are_symbolic_links(project: Path) -> None:
    site = project / "public"
    (site / "home.html").symlink_to("index.html")
    (site / "again.html").symlink_to("home.html")
    (site / "deep/start.html").symlink_to("../index.html")
    (site / "shown.html").symlink_to("text.txt")
    (site / "text.txt").write_text(PAGE.format("text"))
    keeps_the_rule(project, site)


def test_a_link_at_another_depth_is_noted(project: Path) -> None:
    (project / "public/deep/start.html").symlink_to("../index.html")
    assert "deep/start.html" in built(project).stderr


def test_a_link_to_our_own_files_is_not_stored(project: Path) -> None:
    (project / "public/latest.js").symlink_to("register.js")
    (project / "public/worker.js").symlink_to("sw.js")
    keeps_the_rule(project, project / "public")


def test_hard_linked_pages(project: Path) -> None:
    site = project / "public"
    for path in ("twin.html", "deep/twin.html", "page.txt"):
        os.link(site / "index.html", site / path)
    outside = project / "kept.html"
    os.link(site / "deep/page.html", outside)
    original = outside.read_bytes()
    keeps_the_rule(project, site)
    assert outside.read_bytes() == original


def test_a_hard_linked_page_that_changed_is_not_overwritten(project: Path) -> None:
    site = project / "public"
    os.link(site / "index.html", site / "twin.html")
    plan = plan_into_site(read_project(project, for_injection=True), Policy())
    (site / "twin.html").write_text("changed")
    with pytest.raises(PwagenError, match="changed while pwagen was at work"):
        plan.apply()
    assert (site / "index.html").read_text() == "changed"


@pytest.mark.parametrize("limit", ["1 kB", "2 kB", "3 kB", "5 kB", "8 kB"])
def test_the_budget_counts_pages_with_their_tags(project: Path, limit: str) -> None:
    site = project / "public"
    for number in range(20):
        (site / f"p{number}.html").write_text(PAGE.format("x" * (10 * number)))
        (site / f"s{number}.css").write_text("b" * (7 * number))
    configure(project, f"offline: {{max_total_size: {limit}, max_file_size: 900 B}}")
    keeps_the_rule(project, site)


def test_a_page_that_its_tags_make_too_large_is_left_out_at_once(project: Path) -> None:
    site = project / "public"
    (site / "large.html").write_text(PAGE.format("x" * 1800))
    size = (site / "large.html").stat().st_size
    configure(project, f"offline: {{max_file_size: {size + 10} B}}")
    built(project)
    assert "large.html" not in listed(site)
    assert run(project, "--check").exit_code == 0
