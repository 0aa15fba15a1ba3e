"""What lies in the published folder, and who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule

_MAKE_AGAIN = "make it again without that, and make a new pair with pwagen keys generate"
# Files that tools keep passwords in, by their usual names.
_SECRET_NAMES = frozenset(
    (
        ".env",
        ".env.local",
        ".env.production",
        ".htpasswd",
        ".netrc",
        ".npmrc",
        ".pypirc",
        "id_rsa",
        "id_ed25519",
    )
)


@rule(
    "publish-empty",
    "error",
    "The folder has a page",
    why="An app begins with a page; a folder without any is another one, or was not built yet.",
    source="https://www.w3.org/TR/appmanifest/#start_url-member",
    fix="name the folder that gets published, and build the site first",
    bad={"*": "a folder without an .html file"},
    good={"index.html#head": "<!-- a page -->"},
)
def empty(site: AuditedSite) -> Iterator[Evidence]:
    """Look for any page."""
    if not site.has_server and not site.project and not site.pages:
        yield Evidence(Location(""), "there is no page in this folder")


@rule(
    "publish-private-key",
    "error",
    "No private key is published",
    why="Whoever has the private VAPID key sends pushes to every user of the app, in its name.",
    source="https://www.rfc-editor.org/rfc/rfc8292#section-5",
    fix="take it out, make a new pair with pwagen keys generate, and keep the private half out of the folder",
    bad={
        "keys.js": 'const vapid = {"kty": "EC", "crv": "P-256", '
        '"x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", '
        '"y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", '
        '"d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"};',
    },
    good={
        "keys.js": 'const vapid = {"kty": "EC", "crv": "P-256", '
        '"x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", '
        '"y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"};',
    },
)
def private_key(site: AuditedSite) -> Iterator[Evidence]:
    """Search every file for keys in PEM, JWK and other forms, and for the private half of the site's own.

    Also what is packed in archives, and the sources in source maps.
    """
    for path, key in site.published_keys.keys.items():
        yield Evidence(Location(path), f"holds {key}", _MAKE_AGAIN if key.entry else "")


@rule(
    "publish-archive-searched",
    "note",
    "Archives that are published can be searched for private keys",
    why="Anybody can unpack an archive; what is damaged, encrypted, very large, or in xz, 7z or rar form"
    " isn't searched here.",
    source="https://www.rfc-editor.org/rfc/rfc8292#section-5",
    fix="look yourself that there is no private key in it",
    bad={"bakery.tar": "not an archive at all"},
    good={"bakery.txt": "not an archive at all"},
)
def archive_searched(site: AuditedSite) -> Iterator[Evidence]:
    """Report each reason once, with the first of the archives."""
    archives: dict[str, list[str]] = {}
    for path, reason in sorted(site.published_keys.unsearched.items()):
        archives.setdefault(reason, []).append(path)
    for reason, paths in archives.items():
        others = f", and so it is with {len(paths) - 1} more" if len(paths) > 1 else ""
        message = f"not all of this archive could be searched for private keys: {reason}{others}"
        yield Evidence(Location(paths[0]), message)


@rule(
    "publish-secret-file",
    "error",
    "No file with passwords is published",
    why="These names are the first that strangers try.",
    source="https://owasp.org/www-project-web-security-testing-guide/",
    fix="take it out of the folder that gets published, and change the passwords in it",
    bad={".env": "TOKEN=1"},
    good={"env.txt": "how to set the environment up"},
)
def secret_file(site: AuditedSite) -> Iterator[Evidence]:
    """Look for files by their names."""
    for path in site.source.paths() if not site.has_server else ():
        if PurePosixPath(path).name in _SECRET_NAMES:
            yield Evidence(Location(path), "a file of this name holds passwords")
