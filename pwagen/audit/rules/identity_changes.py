"""What users of an app notice if it changes: browsers know the app by it."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.identify import current_identity
from pwagen.audit.rule import rule

_ID = "https://www.w3.org/TR/appmanifest/#id-member"


@rule(
    "identity-id",
    "error",
    "The app's id stays",
    why="An app with another id is another app: who installed it keeps the old one, without updates of "
    "its name and icons, and is offered the new one beside it (developer.chrome.com#4177).",
    source=_ID,
    fix={
        "pwagen": "app: {id: …} in pwagen.yaml, with the id of before",
        "plain": '"id" with its value of before',
    },
    bad={"manifest.json": '{"id": "app"}'},
    good={"manifest.json": '{"id": "./"}'},
)
def id(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the app before."""
    yield from _change(site, "id", "the app's id")


@rule(
    "identity-scope",
    "warning",
    "The app's scope stays",
    why="Pages that fall out of the scope open in the browser, with an address bar, in the installed app.",
    source="https://www.w3.org/TR/appmanifest/#scope-member",
    fix={"pwagen": "app: {scope: …} in pwagen.yaml, as before", "plain": '"scope" with its value of before'},
    bad={"manifest.json": '{"scope": "about/", "start_url": "about/", "id": "./"}'},
    good={"manifest.json": '{"scope": "./"}'},
)
def scope(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the app before."""
    yield from _change(site, "scope", "the app's scope")


@rule(
    "identity-worker",
    "warning",
    "The worker's name stays",
    why="The old worker stays registered, and answers with what it stored, until a page registers another "
    "one on its scope; a file that is gone at its old address never tells it to leave (workbox#3126).",
    source="https://www.w3.org/TR/service-workers/#update-algorithm",
    fix={
        "pwagen": "keep the name (worker.script), or leave what pwagen remove --also OLD.js writes",
        "plain": "keep the name, or leave a script at the old address that unregisters itself",
    },
    bad={
        "app.js#registration": 'navigator.serviceWorker?.register("worker.js").catch(alert);',
        "worker.js": "// the worker",
    },
    good={"app.js#registration": 'navigator.serviceWorker?.register("sw.js").catch(alert);'},
)
def worker(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the app before."""
    yield from _change(site, "worker", "the worker")


@rule(
    "identity-key",
    "warning",
    "The key of push stays",
    why="Subscriptions are bound to the key: each has to be made anew, in a page that its user opens, and "
    " messages signed with the new key reach nobody before (w3c/push-api#296).",
    source="https://www.w3.org/TR/push-api/#subscribe-method",
    fix={
        "pwagen": "keep push.vapid_public_key, or change it on purpose, with pwagen keys rotate",
        "plain": "keep the key, or subscribe anew where subscription.options.applicationServerKey is another",
    },
    bad={
        "app.js#permission": 'const KEY = "'
        'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";'
    },
    good={"app.js#more": "// the same key"},
)
def key(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the app before."""
    yield from _change(site, "key", "the public key of push")


def _change(site: AuditedSite, member: str, what: str) -> Iterator[Evidence]:
    if site.previous is None:
        return
    before, now = getattr(site.previous, member), getattr(current_identity(site), member)
    if before is not None and now is not None and before != now:
        yield Evidence(_place(site), f"{what} is {now}, and was {before} {site.previous.origin}")


def _place(site: AuditedSite) -> Location:
    return site.manifests[0].at() if site.manifests else Location("")
