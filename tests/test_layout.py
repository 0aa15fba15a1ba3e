"""The layout of the package: each name means one thing. import-linter checks who imports whom."""

from __future__ import annotations

import ast
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.folders import TESTS

PACKAGE = Path(__file__).parents[1] / "pwagen"
MODULES = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
LOOSE = 6


def twice(names: list[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def test_each_module_name_means_one_thing() -> None:
    assert twice([path.name for path in MODULES]) == []


@pytest.mark.slow
def test_each_class_name_means_one_thing() -> None:
    # Django wants one name for the class in each of its migrations.
    modules = [path for path in MODULES if path.parent.name != "migrations"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in modules]
    assert twice([node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]) == []


def test_few_modules_are_loose_beside_the_packages() -> None:
    loose = [path.name for path in PACKAGE.glob("*.py") if path.stem not in ("__init__", "__main__")]
    assert len(loose) <= LOOSE, loose


def test_each_package_says_what_it_holds() -> None:
    packages = list(PACKAGE.rglob("__init__.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in packages]
    assert [path for path, tree in zip(packages, trees, strict=True) if not ast.get_docstring(tree)] == []


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    names = {name for file in TESTS.rglob("test_*.py") for name in file.relative_to(TESTS).parent.parts}
    patterns = pytestconfig.getini("norecursedirs")
    passed_over = {name for name in names for pattern in patterns if fnmatch(name, pattern)}
    assert passed_over <= {"node_modules"}
