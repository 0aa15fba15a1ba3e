"""Which tool makes a site, and into which folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pwagen.site.inside import decoded, is_inside, read_inside

_CONFIG_BYTES = 256 * 1024


@dataclass(frozen=True)
class Generator:
    """A tool, the files that identify it, and the names of its settings in them.

    ``output`` is relative to the folder of the file; None for frameworks that make pages on request.
    ``contains`` must match in the file, where other tools use the same file name. ``command`` builds a site,
    for those that empty their folder and have no plug-in of pwagen's.
    """

    name: str
    files: tuple[str, ...]
    output: str | None = None
    output_setting: str = ""
    title_setting: str = ""
    contains: str = ""
    command: str = ""


@dataclass(frozen=True)
class Generated:
    """The detected tool, the folder that it publishes (relative, existing or not), and the site's title."""

    name: str
    output: str | None = None
    title: str = ""


BUILD = "pwagen build --inject"
_VALUE = r"""\s*[:=]\s*["']?([^"'#\r\n,]{1,200})"""
# Without it, files of former builds stay, under the names that their hashes gave them.
_HUGO = "hugo --cleanDestinationDir"
_NPM = "npm run build"
_ESM = ("js", "mjs", "cjs", "ts", "mts")

GENERATORS = (
    Generator("MkDocs", ("mkdocs.yml", "mkdocs.yaml"), "site", "site_dir", "site_name"),
    Generator(
        "Hugo",
        ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml"),
        "public", "publishDir", "title", command=_HUGO,
    ),
    Generator("Hugo", ("config.toml", "config.yaml"), "public", "publishDir", "title", r"(?i)baseURL", _HUGO),
    Generator("Zola", ("zola.toml",), "public", "output_dir", "title", command="zola build"),
    Generator(
        "Zola", ("config.toml",), "public", "output_dir", "title", r"(?m)^\s*base_url\s*=", "zola build"
    ),
    Generator("Pelican", ("pelicanconf.py",), "output", "OUTPUT_PATH", "SITENAME"),
    Generator("Sphinx", ("conf.py", "docs/conf.py"), "_build/html", "", "project", r"(?m)^\s*project\s*="),
    Generator("Sphinx", ("source/conf.py", "docs/source/conf.py"), "../build/html", "", "project"),
    Generator(
        "Jekyll", ("_config.yml", "_config.yaml"), "_site", "destination", "title", command="jekyll build"
    ),
    Generator(
        "Eleventy", (".eleventy.js", *(f"eleventy.config.{end}" for end in _ESM)), "_site", "output",
        command=_NPM,
    ),
    Generator("Astro", tuple(f"astro.config.{end}" for end in _ESM), "dist", "outDir", command=_NPM),
    Generator(
        "Next", tuple(f"next.config.{end}" for end in _ESM), "out", "distDir",
        contains=r"""\boutput\s*:\s*["']export""", command=_NPM,
    ),
    Generator("Next", tuple(f"next.config.{end}" for end in _ESM)),
    Generator("Vite", tuple(f"vite.config.{end}" for end in _ESM), "dist", "outDir", command=_NPM),
    Generator("Django", ("manage.py",), contains="django"),
    Generator("Flask", ("app.py", "wsgi.py", "main.py"), contains=r"(?m)^\s*(from|import) flask\b"),
    Generator("FastAPI", ("app.py", "main.py", "app/main.py"), contains=r"(?m)^\s*(from|import) fastapi\b"),
)  # fmt: skip

_FIRST_EDITS = {
    "Django": '"pwagen.integrations.django" into INSTALLED_APPS of your settings; all edits: docs/django.md',
    "Flask": "pwagen = FlaskPwagen(app) below your app = Flask(…); all edits: docs/flask.md",
    "FastAPI": "pwagen = StarlettePwagen(app) below your app = FastAPI(…); all edits: docs/fastapi.md",
}

# What tools call themselves in <meta name=generator>.
_META_NAMES = {
    name.lower(): name for name in ("MkDocs", "Hugo", "Pelican", "Sphinx", "Jekyll", "Eleventy", "Astro")
}


def find_generator(project: Path) -> Generated | None:
    """Return the tool whose settings are in the project folder, None if there are none."""
    for generator in GENERATORS:
        for name in generator.files:
            path = project / name
            if not is_inside(project, path):
                continue
            text = decoded(read_inside(project, path, _CONFIG_BYTES))
            if generator.contains and not re.search(generator.contains, text):
                continue
            return _generated(project, path, generator, text)
    return None


def step_after_build(name: str | None) -> str | None:
    """Return the line that puts the app in again after each build, and where; None if nothing is needed."""
    command = next((generator.command for generator in GENERATORS if generator.name == name), "")
    if command == _NPM:
        return f'`"postbuild": "{BUILD}"` into the "scripts" of package.json'
    return f"`{command} && {BUILD}` into the Makefile or CI job" if command else None


def first_edit(name: str | None) -> str | None:
    """Return the first edit, and the page with all, of a framework that serves the app itself; else None."""
    return _FIRST_EDITS.get(name or "")


def generator_in_meta(content: str) -> str | None:
    """Return the tool that a ``<meta name=generator>`` names, e.g. MkDocs for "mkdocs-1.6, material-9"."""
    match = re.match(r"[A-Za-z]+", content)
    return _META_NAMES.get(match[0].lower()) if match else None


def _generated(project: Path, path: Path, generator: Generator, text: str) -> Generated:
    output = generator.output
    if output is not None:
        output = _setting(text, generator.output_setting) or output
        folder = (path.parent / output).resolve()
        root = project.resolve()
        output = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else None
    return Generated(generator.name, output, _setting(text, generator.title_setting))


def _setting(text: str, name: str) -> str:
    match = re.search(rf"""(?m)^[ \t]*["']?{name}["']?{_VALUE}""", text) if name else None
    value = match[1].strip() if match else ""
    # An expression rather than a text.
    return "" if re.search(r"[(){}$\[\]\0]", value) else value
