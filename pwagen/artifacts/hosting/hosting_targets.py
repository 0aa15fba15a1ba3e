"""Each host, and the files it gets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from pwagen.artifacts.hosting.hosting_headers import IMMUTABLE, MANIFEST_TYPE, SCRIPT_TYPE, Headers


class Host(msgspec.Struct, frozen=True):
    """``templates`` maps file names to templates, ``made`` to functions.

    The instructions for them are in templates/hosting/, in a Markdown file of the host's name.
    ``fingerprints`` are the fingerprinted names that they recognise.
    """

    name: str
    templates: Mapping[str, str] = msgspec.field(default_factory=dict)
    made: Mapping[str, Callable[[Headers], str]] = msgspec.field(default_factory=dict)
    fingerprints: Literal["all", "hexadecimal", "none"] = "all"


def headers_by_name(headers: Headers) -> dict[str, dict[str, str]]:
    """Return the headers of every file that has some of its own."""
    rows = {}
    for name in headers.revalidate:
        kind = SCRIPT_TYPE if name in headers.scripts else MANIFEST_TYPE
        row = {"Cache-Control": "no-cache", "Content-Type": kind, "X-Content-Type-Options": "nosniff"}
        if name == headers.worker and headers.worker_allowed:
            row["Service-Worker-Allowed"] = headers.worker_allowed
        rows[name] = row
    return rows


def _headers_file(headers: Headers) -> str:
    blocks = [
        "\n".join([f"/{name}", *(f"  {key}: {value}" for key, value in row.items())])
        for name, row in headers_by_name(headers).items()
    ]
    return (
        "\n\n".join(
            ["# Put the app's folder before these paths if it is not the site's top: /docs/sw.js", *blocks]
        )
        + "\n"
    )


_IMMUTABLE_ROW = {"Cache-Control": IMMUTABLE}


def _vercel(headers: Headers) -> str:
    headers_of_files = headers_by_name(headers).items()
    # path-to-regexp takes a regular expression in parentheses, and ends it itself.
    rows = [{"source": f"/(.*{headers.fingerprinted.removesuffix('$')})", "headers": _pairs(_IMMUTABLE_ROW)}]
    rows += [{"source": f"/:folder*/{name}", "headers": _pairs(row)} for name, row in headers_of_files]
    return _json({"headers": rows})


def _firebase(headers: Headers) -> str:
    headers_of_files = headers_by_name(headers).items()
    rows = [{"regex": headers.fingerprinted_simply, "headers": _pairs(_IMMUTABLE_ROW)}]
    rows += [{"source": f"**/{name}", "headers": _pairs(row)} for name, row in headers_of_files]
    return _json({"hosting": {"headers": rows}})


def _pairs(row: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in row.items()]


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _cloudfront(headers: Headers) -> str:
    lines = [
        "#!/bin/sh",
        "# After the usual upload: the files that browsers must ask for again, and those with a fingerprint",
        "# in their name, with headers of their own.",
        "# S3_TARGET is s3://bucket/folder, DISTRIBUTION the id of the CloudFront distribution.",
        "set -eu",
        ': "${S3_TARGET:?}" "${DISTRIBUTION:?}"',
    ]
    pattern = headers.fingerprinted_simply.replace("(?:", "(")
    lines += [
        f"find . -type f | grep -E '{pattern}' | while read -r file; do",
        f'  aws s3 cp "$file" "$S3_TARGET/${{file#./}}" --cache-control "{IMMUTABLE}" '
        "--metadata-directive REPLACE",
        "done",
    ]
    for name, row in headers_by_name(headers).items():
        lines.append(
            f'aws s3 cp {name} "$S3_TARGET/{name}" --cache-control "{row["Cache-Control"]}" '
            f'--content-type "{row["Content-Type"]}" --metadata-directive REPLACE'
        )
    paths = " ".join(f'"/*{name}"' for name in headers.revalidate)
    return "\n".join(
        [*lines, f'aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --paths {paths}', ""]
    )


HOSTS: dict[str, Host] = {
    "nginx": Host(
        "nginx",
        {"nginx-http.conf": "nginx-http.conf.jinja", "nginx-server.conf": "nginx-server.conf.jinja"},
    ),
    "apache": Host("Apache", {"htaccess": "htaccess.jinja"}),
    "caddy": Host("Caddy", {"Caddyfile": "Caddyfile.jinja"}, fingerprints="hexadecimal"),
    "netlify": Host("Netlify", made={"_headers": _headers_file}, fingerprints="none"),
    "cloudflare-pages": Host("Cloudflare Pages", made={"_headers": _headers_file}, fingerprints="none"),
    "vercel": Host("Vercel", made={"vercel.json": _vercel}),
    "firebase": Host("Firebase Hosting", made={"firebase.json": _firebase}, fingerprints="hexadecimal"),
    "s3-cloudfront": Host("S3 with CloudFront", made={"upload.sh": _cloudfront}, fingerprints="hexadecimal"),
    "github-pages": Host("GitHub Pages", fingerprints="none"),
    "whitenoise": Host("Django with WhiteNoise", {"pwagen_whitenoise.py": "whitenoise.py.jinja"}),
    "flask": Host("Flask", {"pwagen_flask.py": "flask.py.jinja"}),
    "starlette": Host("Starlette and FastAPI", {"pwagen_starlette.py": "starlette.py.jinja"}),
}
