"""The hook for pre-commit and the action for GitHub: what they do, done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.audit.examples import write_example
from tests.folders import ROOT

ACTION = ROOT / ".ci" / "check" / "action.yml"
BAD = {"manifest.json": '{"name": null, "short_name": null}'}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which ``pwagen`` is the one under test, and pip installs as a dry run."""
    programs = tmp_path / "programs"
    programs.mkdir()
    command = programs / "pwagen"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m pwagen "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PIP_DRY_RUN": "1", "PIP_NO_BUILD_ISOLATION": "0"}


def run_action(
    folder: Path, environment: dict[str, str], *, is_installed: bool = False, **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run the steps as GitHub does, with inputs and their defaults in place of the expressions.

    The first step installs pwagen.
    """
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    values = {f"inputs.{name}": field["default"] for name, field in action["inputs"].items()}
    values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
    values["github.action_path"] = str(ACTION.parent)
    for step in action["runs"]["steps"][is_installed:]:
        assert step["shell"] == "bash"
        own = {
            name: re.sub(r"\$\{\{ (.+?) \}\}", lambda match: values[match[1]], text)
            for name, text in step["env"].items()
        }
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=folder,
            env={**environment, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            break
    return done


@pytest.mark.slow
def test_the_action(tmp_path: Path, environment: dict[str, str]) -> None:
    good = run_action(write_example(tmp_path / "good", {}), environment)
    assert (good.returncode, good.stdout) == (0, ""), good.stderr
    bad = write_example(tmp_path / "bad", BAD)
    done = run_action(tmp_path, environment, is_installed=True, target="bad")
    assert done.returncode == 1
    assert "::error title=manifest-name,file=bad/manifest.json" in done.stdout
    assert run_action(bad, environment, is_installed=True, fail_on="never").returncode == 0


@pytest.mark.slow
def test_the_hook(tmp_path: Path, environment: dict[str, str]) -> None:
    """As pre-commit runs it, but for the environment of its own, which takes a minute to be made."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    local = {**hook, "language": "system", "args": ["public"]}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    write_example(tmp_path / "public", {})
    environment |= {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)

    def run() -> subprocess.CompletedProcess[str]:
        subprocess.run(["git", "add", "public", ".pre-commit-config.yaml"], cwd=tmp_path, check=True)
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    passed = run()
    assert passed.returncode == 0, passed.stdout + passed.stderr
    write_example(tmp_path / "public", BAD)
    failed = run()
    assert failed.returncode == 1
    assert "error manifest-name" in failed.stdout
