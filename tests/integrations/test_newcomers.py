"""The pages on Django, Flask and FastAPI, followed to the letter in an empty folder, and what they count."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import ROOT
from tests.integrations.shop import BUTTON

# The commands and edits of a newcomer, at most.
TARGETS = {"django": 6, "flask": 4, "fastapi": 4}
START = {
    "django": """
from django.test import Client
page = Client(headers={"host": "localhost"}).get("/").content.decode()
worker = Client(headers={"host": "localhost"}).get("/sw.js").status_code
""",
    "flask": """
from app import app
from flask import render_template
app.secret_key = "not a secret in a test"
app.add_url_rule("/", "index", lambda: render_template("base.html"))
page = app.test_client().get("/").text
worker = app.test_client().get("/sw.js").status_code
""",
    "fastapi": """
import asyncio
from main import app, templates
from fastapi import Request
@app.get("/")
def index(request: Request):
    return templates.TemplateResponse(request, "base.html")
def get(path):
    sent = []
    async def receive():
        return {"type": "http.request"}
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()
page = get("/")[1]
worker = get("/sw.js")[0]
""",
}


def page_of(framework: str) -> str:
    return (ROOT / f"docs/{framework}.md").read_text(encoding="utf-8").partition("\n## ")[0]


def snippet(framework: str, name: str) -> str:
    """Return the block of a page that begins with the name of its file."""
    match = re.search(
        rf"^```\w+\n(?:# {name}|<!-- templates/{name}).*?\n(.*?)^```$", page_of(framework), re.M | re.S
    )
    assert match, name
    return match[1]


def commands(framework: str) -> list[str]:
    """Return what is typed, beside installing packages."""
    script = re.search(r"^```sh\n(.*?)^```$", page_of(framework), re.M | re.S)
    assert script
    lines = [line.partition("#")[0].strip() for line in script[1].splitlines()]
    return [line for line in lines if not line.startswith("pip ")]


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def typed(folder: Path, framework: str) -> None:
    for command in commands(framework):
        program, *arguments = command.split()
        run(folder, *(["-m", "pwagen"] if program == "pwagen" else []), *arguments)


@pytest.mark.parametrize("framework", TARGETS)
def test_commands_and_edits_are_as_few_as_they_are_said_to_be(framework: str) -> None:
    numbers = re.findall(r"(?:# |<!-- )(\d)(?: -->)?$", page_of(framework), re.MULTILINE)
    assert numbers == [str(number + 1) for number in range(len(numbers))]
    typed = len(commands(framework))
    assert typed + len(numbers) <= TARGETS[framework]
    name = {"django": "Django", "flask": "Flask", "fastapi": "FastAPI"}[framework]
    comparison = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")
    assert f"| {name} | [pwagen]({framework}.md) | {typed} | {len(numbers)} |" in comparison


@pytest.mark.slow
@pytest.mark.parametrize("framework", TARGETS)
def test_the_page_is_enough(framework: str, tmp_path: Path) -> None:
    base = snippet(framework, "base.html")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/base.html").write_text(base, encoding="utf-8")
    (tmp_path / "static").mkdir()
    if framework == "django":
        run(tmp_path, "-m", "django", "startproject", "harbour", ".")
        settings, urls = tmp_path / "harbour/settings.py", tmp_path / "harbour/urls.py"
        edits = snippet(framework, "settings.py").replace("[...,", "[*INSTALLED_APPS,")
        project = settings.read_text().replace("'DIRS': []", "'DIRS': ['templates']")
        settings.write_text(f"{project}\n{edits}\nDEFAULT_FROM_EMAIL = 'post@harbour.news'\n")
        own = "from django.shortcuts import render\n"
        own += 'urlpatterns += [path("", lambda request: render(request, "base.html"))]\n'
        urls.write_text(urls.read_text() + own + snippet(framework, "urls.py, at the end"))
    else:
        file = "app.py" if framework == "flask" else "main.py"
        code = snippet(framework, file).replace("push@your.domain", "push@harbour.news")
        (tmp_path / file).write_text(code, encoding="utf-8")
    typed(tmp_path, framework)
    shell = ["manage.py", "shell", "--no-imports", "-c"] if framework == "django" else ["-c"]
    output = run(tmp_path, *shell, f"{START[framework]}\nprint(worker, page)")
    assert output.startswith("200 ")
    assert '<script src="/register.js" defer></script>' in output
    assert "".join(BUTTON.split()) in "".join(output.split())
    if framework == "django":
        run(tmp_path, "manage.py", "check", "--fail-level", "ERROR")
