"""Each host, and the files it gets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pwagen.hosting.headers import MANIFEST_TYPE, SCRIPT_TYPE, Headers


@dataclass(frozen=True)
class Host:
    """``templates`` maps file names to templates, ``made`` to functions.

    What a person does with them is in templates/hosting/, in a Markdown file of the host's name.
    """

    name: str
    templates: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Callable[[Headers], str]] = field(default_factory=dict)


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


def _vercel(headers: Headers) -> str:
    found = headers_by_name(headers).items()
    return _json(
        {"headers": [{"source": f"/:folder*/{name}", "headers": _pairs(row)} for name, row in found]}
    )


def _firebase(headers: Headers) -> str:
    found = headers_by_name(headers).items()
    rows = [{"source": f"**/{name}", "headers": _pairs(row)} for name, row in found]
    return _json({"hosting": {"headers": rows}})


def _pairs(row: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in row.items()]


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _cloudfront(headers: Headers) -> str:
    lines = [
        "#!/bin/sh",
        "# After the usual upload: the files that browsers must ask for again, with their own headers.",
        "# S3_TARGET is s3://bucket/folder, DISTRIBUTION the id of the CloudFront distribution.",
        "set -eu",
        ': "${S3_TARGET:?}" "${DISTRIBUTION:?}"',
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
    "caddy": Host("Caddy", {"Caddyfile": "Caddyfile.jinja"}),
    "netlify": Host("Netlify", made={"_headers": _headers_file}),
    "cloudflare-pages": Host("Cloudflare Pages", made={"_headers": _headers_file}),
    "vercel": Host("Vercel", made={"vercel.json": _vercel}),
    "firebase": Host("Firebase Hosting", made={"firebase.json": _firebase}),
    "s3-cloudfront": Host("S3 with CloudFront", made={"upload.sh": _cloudfront}),
    "github-pages": Host("GitHub Pages"),
    "whitenoise": Host("Django with WhiteNoise", {"pwagen_whitenoise.py": "whitenoise.py.jinja"}),
    "flask": Host("Flask", {"pwagen_flask.py": "flask.py.jinja"}),
    "starlette": Host("Starlette and FastAPI", {"pwagen_starlette.py": "starlette.py.jinja"}),
}
