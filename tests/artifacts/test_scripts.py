"""sw.js and register.js: only the features that are on, one constant, a version that tells changes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.artifacts.scripts import features
from pwagen.artifacts.scripts import scripts as scripts_module
from pwagen.artifacts.scripts.features import Script
from pwagen.artifacts.scripts.script_config import CONVERTERS, script_config
from pwagen.artifacts.scripts.script_parts import script_part, script_parts
from pwagen.artifacts.scripts.scripts import SCRIPTS, render_scripts
from pwagen.build.project import read_project
from pwagen.config.model import (
    App,
    Badge,
    Config,
    Download,
    Install,
    IosHint,
    Language,
    NotificationAction,
    Notifications,
    Offline,
    OutboxRule,
    PeriodicSync,
    PermissionPrompt,
    ProtocolHandler,
    Push,
    RelatedApplication,
    Route,
    ShareParams,
    ShareTarget,
    SyncNotification,
    Target,
    Widget,
    Worker,
)
from pwagen.render import source, templates_folder
from tests.folders import TESTS

KEY = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
BARE = Config(app=App(name="X"), offline=False)
EVERYTHING = Config(
    app=App(
        name="X",
        lang="en",
        scope="/",
        display_override=("tabbed",),
        share_target=ShareTarget(action="share", method="POST", params=ShareParams(text="text")),
        protocol_handlers=(ProtocolHandler(protocol="web+tide", url="open?address=%s"),),
        related_applications=(RelatedApplication(platform="play", id="org.example"),),
        widgets=(Widget(name="W", tag="w", ms_ac_template="w.json"),),
    ),
    notifications=Notifications(
        actions=(
            NotificationAction(action="a", title="A", url="a/"),
            NotificationAction(action="b", title="B", do="dismiss"),
        ),
        click=Target(do="focus"),
        close="closed",
        require_interaction=True,
    ),
    push=Push(vapid_public_key=KEY, endpoint="subscriptions"),
    badge=Badge(fallback="favicon"),
    install=Install(ios_hint=True),
    permission_prompt=PermissionPrompt(title="Bell?", back_off=("1d",)),
    periodic_sync=(
        PeriodicSync(tag="t", min_interval="12h", urls=("feed.json",), notify=SyncNotification(title="N")),
    ),
    downloads=(Download(id="tour", title="The tour", urls=("tour.mp4",)),),
    languages={"de": Language()},
    offline=Offline(
        app_shell="index.html",
        precache_urls=("help/",),
        routes=(Route(match="me", strategy="network-first", personal=True),),
    ),
    outbox=(OutboxRule(match="api/**", max_age="2h"),),
    worker=Worker(hooks="own/hooks.js"),
)
GOLDEN = TESTS / "golden"
TYPES = templates_folder() / "config.d.ts"
SECTIONS = {*CONVERTERS, "texts"}
OFFLINE_PAGES = {"en": "offline.html", "de": "offline.de.html"}


def part_names(config: Config, script: Any) -> set[str]:
    pages = OFFLINE_PAGES if config.languages else {}
    return {
        part.name.rpartition("/")[2]
        for file in (("page", "more") if script == "page" else (script,))
        for part in script_parts(file, script_config(config, offline_pages=pages))
    }


def config_of(script: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(config_text(script))
    return parsed


def config_text(script: str) -> str:
    match = re.search(
        r"^(?:const CONFIG =|function siteConfig\(\) \{ return) (\{.*?^\});", script, re.M | re.S
    )
    assert match
    return match[1]


@pytest.mark.parametrize(
    ("config", "absent"),
    [
        (
            BARE,
            [
                "share",
                "widgets",
                "push",
                "badge",
                "notification",
                "periodic",
                "precache",
                "strateg",
                "subscription",
                "hooks",
            ],
        ),
        (Config(app=App(name="X")), ["push", "badge", "notification", "periodic", "subscription"]),
        (Config(app=App(name="X"), offline=False, badge=Badge()), ["push", "precache", "periodic"]),
    ],
)
def test_what_is_off_is_not_in_the_worker(config: Config, absent: list[str]) -> None:
    names = part_names(config, "worker")
    assert not [name for name in names for word in absent if word in name]


def test_everything_on_brings_every_part() -> None:
    assert part_names(EVERYTHING, "worker") == set(file_names("worker"))
    assert part_names(EVERYTHING, "page") == {*file_names("page"), *file_names("more")}


def file_names(script: Script) -> list[str]:
    return [name.rpartition("/")[2] for name in all_parts(script)]


def all_parts(script: Script) -> list[str]:
    return features.part_names(script, features.section_names())


def test_every_part_on_disk_is_in_the_table() -> None:
    on_disk = {
        f"{folder}/{path.name}"
        for folder in ("worker", "page", "more", "shared")
        for path in (templates_folder() / folder).glob("*.js")
    }
    assert on_disk == {part for script in SCRIPTS for part in all_parts(script)}


def test_a_part_comes_after_those_that_it_needs_and_the_table_needs_none_that_no_feature_has() -> None:
    needs = features.feature_table().needs
    for script in SCRIPTS:
        # What register.js has the second one gets from it.
        before = all_parts("page") if script == "more" else []
        for part in all_parts(script):
            assert {*needs.get(part, ())} <= {*before}, part
            before = [*before, part]
    assert needs.keys() <= {part for script in SCRIPTS for part in all_parts(script)}


def test_what_both_page_scripts_need_is_in_the_first_alone() -> None:
    sections = script_config(EVERYTHING)
    page, more = (features.part_names(script, sections) for script in ("page", "more"))
    assert not {*page} & {*more}
    assert "shared/store.js" in page
    bare = script_config(BARE)
    assert "shared/language.js" in features.part_names("more", bare)
    assert "shared/language.js" not in features.part_names("page", bare)


def test_each_section_has_a_converter_and_a_type() -> None:
    assert features.section_names() == [name for name in features.section_names() if name in SECTIONS]
    declared = re.search(r"^interface PwagenConfig \{(.*?)^\}", TYPES.read_text(), re.M | re.S)
    assert declared
    members = set(re.findall(r"^  (\w+)\??:", declared[1], re.M))
    # `version` is made of all the others, `remove` is that of `pwagen remove`, the texts are not in CONFIG.
    assert members == {*CONVERTERS, "version", "remove"}


@pytest.mark.slow
def test_config_has_the_type_that_the_parts_are_checked_with(node: Path, tmp_path: Path) -> None:
    configs = [project.config for project in map(read_project, (GOLDEN / "full", GOLDEN / "minimal"))]
    literals: list[str] = []
    for config in (EVERYTHING, BARE, *configs):
        sections = script_config(config, offline_pages=OFFLINE_PAGES, icon="i.png", badge_icon="b.png")
        scripts = render_scripts(sections, precache=[PrecacheEntry("a.html", "A=", 1, True)])
        for script, name in ((scripts.worker, "worker"), (scripts.readable_page, "page")):
            literals.append(
                f"export const {name}{len(literals)}: Partial<PwagenConfig> = {config_text(script)};"
            )
    (tmp_path / "config.ts").write_text("\n".join(literals), encoding="utf-8")
    tsc = TESTS / "js" / "node_modules" / "typescript" / "bin" / "tsc"
    options = ("--noEmit", "--strict", "--target", "es2022", "--types", "")
    done = subprocess.run(
        [node, tsc, *options, TYPES, "config.ts"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_parts_arrive_in_order_without_types() -> None:
    worker = render_scripts(script_config(EVERYTHING, offline_pages=OFFLINE_PAGES)).worker
    places = [
        worker.index(f"/* ---- {part} ---- */\n\n{script_part(part).text}\n") for part in all_parts("worker")
    ]
    assert places == sorted(places)
    assert not re.search(r"@(type|typedef|template)\b|@\w+ \{", worker)


def test_the_header_says_what_each_part_is_for() -> None:
    worker = render_scripts(script_config(EVERYTHING, offline_pages=OFFLINE_PAGES)).worker
    header = worker.partition("*/")[0]
    contents = re.findall(r"^ \*   (\w+/[\w-]+\.js)  +(\S.*[.:])$", header, re.M)
    assert [name for name, _ in contents] == all_parts("worker")
    assert max(map(len, header.splitlines())) <= 130
    texts = [text for _, text in contents]
    assert len(set(texts)) == len(texts)
    bare = render_scripts(script_config(BARE)).worker.partition("*/")[0]
    assert "worker/lifecycle.js" in bare and "worker/routes.js" not in bare


def test_downloads_from_code_alone_need_no_list() -> None:
    config = Config(app=App(name="X"), downloads=(), offline=False)
    assert script_config(config)["downloads"] == []
    assert "downloads.js" in part_names(config, "worker")
    assert script_config(EVERYTHING, icon="icons/icon-192.png")["downloads"] == [
        {"id": "tour", "title": "The tour", "urls": ["tour.mp4"], "icon": "icons/icon-192.png"}
    ]


def test_prompts_say_when_and_only_what_is_written() -> None:
    sections = script_config(EVERYTHING)
    assert sections["permissionPrompt"] == {
        "afterVisits": 3,
        "backOff": [86_400_000],
        "texts": {"promptTitle": "Bell?"},
    }
    days = [days * 86_400_000 for days in (3, 7, 30)]
    assert sections["iosHint"] == {"afterVisits": 2, "backOff": days, "texts": {}}
    assert script_config(Config(app=App(name="X"), permission_prompt=True))["permissionPrompt"]["texts"] == {}
    by_hand = Config(app=App(name="X"), install=Install(ios_hint=IosHint(after_visits=False)))
    assert "afterVisits" not in script_config(by_hand)["iosHint"]


def test_the_worker_gets_nothing_that_only_a_window_shows() -> None:
    scripts = render_scripts(script_config(EVERYTHING))
    prompts = {"permissionPrompt", "iosHint", "relatedApps"}
    assert prompts <= config_of(scripts.readable_page).keys()
    assert not prompts & config_of(scripts.worker).keys()


def test_push_brings_notifications_along() -> None:
    sections = script_config(Config(app=App(name="X"), push=Push(vapid_public_key=KEY)))
    assert sections["notifications"]["default"] == {"title": "X"}


def test_a_feed_with_a_number_brings_the_badge_along() -> None:
    def config(**badge: Any) -> Config:
        sync = PeriodicSync(tag="t", urls=("feed.json",), **badge)
        return Config(app=App(name="X"), push=Push(vapid_public_key=KEY), periodic_sync=(sync,))

    sections = script_config(config(badge="unread"))
    assert sections["badge"] == {"onPush": "keep", "onClick": "clear", "onClose": "keep", "onOpen": "clear"}
    for script in ("worker", "page"):
        assert "badge.js" in part_names(config(badge="unread"), script)
    assert "badge" not in script_config(config())


@pytest.mark.parametrize(
    ("app", "there"),
    [
        (App(name="X"), True),
        (App(name="X", display="browser"), False),
        (App(name="X", display="browser", display_override=("minimal-ui",)), True),
    ],
)
def test_the_windows_look_is_a_state_where_there_may_be_a_window(app: App, there: bool) -> None:
    assert ("display.js" in part_names(Config(app=app), "page")) is there


def test_names_become_camel_case_and_durations_milliseconds() -> None:
    sections = script_config(EVERYTHING, icon="icons/icon-192.png", badge_icon="icons/badge-96.png")
    assert sections["notifications"]["options"] == {
        "icon": "icons/icon-192.png",
        "badge": "icons/badge-96.png",
        "requireInteraction": True,
    }
    assert sections["notifications"]["targets"] == {"a": {"do": "open", "url": "a/"}, "b": {"do": "dismiss"}}
    assert sections["notifications"]["click"] == {"do": "focus"}
    assert sections["notifications"]["close"] == {"do": "post", "url": "closed"}
    assert sections["badge"] == {"onPush": "add", "onClick": "clear", "onClose": "keep", "onOpen": "clear"}
    assert sections["periodicSync"][0]["minInterval"] == 12 * 3600 * 1000
    assert sections["hooks"] == "hooks.js"


def test_an_origin_that_a_target_names_is_allowed() -> None:
    section = Notifications(
        click="https://shop.example.com/cart?x=1",
        actions=(NotificationAction(action="a", title="A", url="https://docs.example.com/"),),
        close="https://stats.example.com/closed",
        allowed_origins=("https://docs.example.com",),
    )
    sections = script_config(Config(app=App(name="X"), notifications=section))
    assert sections["notifications"]["allowedOrigins"] == [
        "https://docs.example.com",
        "https://shop.example.com",
        "https://stats.example.com",
    ]


def test_what_is_refreshed_in_the_background_is_answered_offline() -> None:
    sync = PeriodicSync(tag="t", urls=("./", "feed.json?x=1", "news/", "/tides.json", "?x", "/"))
    sections = script_config(Config(app=App(name="X"), periodic_sync=(sync,)))
    assert sections["refreshedUrls"] == ["feed.json?x=1", "/tides.json"]
    assert sections["offline"]["routes"] == []


def test_addresses_that_a_stored_file_answers_are_stored_once() -> None:
    urls = ("help/", "./", "about", "help/", "news", "read/me.html", "mine?x")
    config = Config(app=App(name="X"), offline=Offline(precache_urls=urls))
    stored = ("index.html", "about.html", "read/me.html")
    assert script_config(config, stored=stored)["precacheUrls"] == ["help/", "news", "mine?x"]


def test_an_explicit_badge_rule_beats_clear_on() -> None:
    config = Config(app=App(name="X"), badge=Badge(on_click="subtract", clear_on=("open", "click", "close")))
    assert script_config(config)["badge"] == {
        "onPush": "add",
        "onClick": "subtract",
        "onClose": "clear",
        "onOpen": "clear",
    }


def test_the_worker_lists_the_page_scripts_with_their_hashes() -> None:
    scripts = render_scripts(
        script_config(Config(app=App(name="X"))),
        precache=[PrecacheEntry("b.css", "B=", 1, False), PrecacheEntry("a.html", "A=", 1, True)],
        precache_page_scripts=True,
    )
    page, more = (
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in (scripts.page, scripts.more)
    )
    assert config_of(scripts.worker)["offline"]["precache"] == [
        ["a.html", "A=", 1],
        ["b.css", "B=", 0],
        ["register.js", page, 1],
        ["register.more.js", more, 1],
    ]
    assert "offline" not in config_of(scripts.readable_page)


def test_both_scripts_report_one_version_that_changes_with_content_only() -> None:
    sections = script_config(EVERYTHING)
    page = PrecacheEntry("a.html", "A=", 1, True)
    first = render_scripts(sections, precache=[page])
    assert config_of(first.worker)["version"] == config_of(first.readable_page)["version"] == first.version
    assert render_scripts(sections, precache=[page]) == first
    others = {
        render_scripts(sections, precache=[PrecacheEntry("a.html", "B=", 1, True)]).version,
        render_scripts(sections, precache=[PrecacheEntry("a.html", "A=", 1, False)]).version,
        render_scripts(sections, precache=[page], hooks=b"x").version,
        render_scripts({**sections, "update": "auto"}, precache=[page]).version,
    }
    assert first.version not in others
    assert len(others) == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["</script>", "*/ alert(1) /*", "${alert(1)}", "'\"`\\", "\u2028", "{{ x }}"]
)
def test_a_hostile_name_stays_data(name: str, node: Path, tmp_path: Path) -> None:
    scripts = render_scripts(script_config(Config(app=App(name=name))))
    for script in (scripts.worker, scripts.readable_page):
        assert config_of(script)["app"]["name"] == name
    for script in (scripts.worker, scripts.readable_page, scripts.page):
        (tmp_path / "script.js").write_text(script, encoding="utf-8")
        subprocess.run([node, "--check", tmp_path / "script.js"], check=True)


@pytest.mark.slow
def test_the_pages_scripts_are_minified_and_the_worker_if_that_is_asked_for(
    node: Path, tmp_path: Path
) -> None:
    plain = render_scripts(script_config(EVERYTHING))
    small = render_scripts(script_config(EVERYTHING), minify=True)
    assert (plain.page, plain.more, plain.version) == (small.page, small.more, small.version)
    assert "/* ---" in plain.worker
    readable = {"worker": plain.worker, "page": plain.readable_page, "more": plain.readable_more}
    for name, text in readable.items():
        script = getattr(small, name)
        assert len(script) < 0.6 * len(text)
        assert script.startswith("/* made by pwagen")
        for version, content in (("minified", script), ("readable", text)):
            path = tmp_path / f"{name}.{version}.js"
            path.write_text(content, encoding="utf-8")
            subprocess.run([node, "--check", path], check=True)


def test_what_register_js_shares_it_hands_over_in_the_order_in_which_the_other_takes_it() -> None:
    scripts = render_scripts(script_config(EVERYTHING))
    given = re.search(r"const shared = \(\) => \[(.*?)\];", scripts.readable_page, re.S)
    taken = re.search(r"const \[(.*?)\] = shared;", scripts.readable_more, re.S)
    assert given and taken
    assert given[1].split() == taken[1].split()
    assert {"CONFIG,", "api,", "namedError,"} <= {*given[1].split()}


def test_users_texts_are_in_the_second_script_alone() -> None:
    scripts = render_scripts(script_config(EVERYTHING))
    for text in ("Bell?", "Notifications are blocked", "Mitteilungen"):
        assert text in scripts.more
        assert text not in scripts.page


def test_routes_become_static_routes_up_to_one_that_cannot() -> None:
    def rules(*routes: tuple[str, str]) -> list[dict[str, Any]]:
        given = [Route(match=match, strategy=strategy) for match, strategy in routes]  # type: ignore[arg-type]
        section = Offline(never=("admin/**", "x?"), routes=tuple(given))
        found: list[dict[str, Any]] = script_config(Config(app=App(name="X"), offline=section))[
            "staticRoutes"
        ]
        return found

    def rule(source: str, **condition: str) -> dict[str, Any]:
        return {"condition": condition, "source": source}

    admin = rule("network", urlPattern="admin{/*}?")
    pages = rule("fetch-event", requestMode="navigate")
    news = rule("fetch-event", urlPattern="api/news.json")
    api = rule("network", urlPattern="api{/*}?")
    posted = rule("fetch-event", requestMode="navigate", requestMethod="POST")
    assert rules() == rules(("api/news.json", "cache-first")) == [posted, admin]
    network_only = ("api/**", "network-only")
    assert rules(("api/news.json", "cache-first"), network_only) == [posted, admin, pages, news, api]
    assert rules(("api/[ab].json", "cache-first"), network_only) == [posted, admin]


@pytest.mark.parametrize(
    ("strategy", "match", "expected"),
    [
        ("network-first", "**", True),
        ("cache-first", "**", None),
        ("cache-only", "about.html", None),
        ("cache-only", "*.css", True),
    ],
)
def test_pages_are_preloaded_unless_they_come_from_what_is_stored(
    strategy: Any, match: str, expected: bool | None
) -> None:
    offline = Offline(routes=(Route(match=match, strategy=strategy),))
    sections = script_config(Config(app=App(name="X"), offline=offline), stored=["about.html", "style.css"])
    assert sections.get("preload") == expected


def test_an_api_reference_is_the_workers_and_the_rest_of_api_is_not() -> None:
    config = Config(app=App(name="X"))
    without, with_pages = (
        script_config(config, pages=pages) for pages in (["index.html"], ["api/index.html"])
    )
    assert without["offline"]["never"] == with_pages["offline"]["never"]
    posted, *patterns = [rule["condition"].get("urlPattern") for rule in without["staticRoutes"]]
    assert posted is None
    assert patterns == ["admin{/*}?", "accounts{/*}?", "api{/*}?"]
    kept = [rule["condition"].get("urlPattern") for rule in with_pages["staticRoutes"]]
    assert kept == [posted, *patterns[:2]]


@pytest.mark.parametrize(
    "stored", ["docs/index.html", "docs.html", "docs/a.html", "docs/style.css", "docs/a/index.html"]
)
def test_an_exclusion_under_which_a_file_is_stored_is_the_workers(stored: str) -> None:
    config = Config(app=App(name="X"), offline=Offline(never=("docs/**", "admin/**")))
    rules = script_config(config, stored=[stored])["staticRoutes"]
    assert [rule["condition"].get("urlPattern") for rule in rules] == [None, "admin{/*}?"]


def test_outbox_routes_come_before_exclusions() -> None:
    def rules(*outbox: OutboxRule, never: tuple[str, ...] = ("api/**",)) -> list[dict[str, Any]]:
        config = Config(app=App(name="X"), offline=Offline(never=never), outbox=outbox)
        found: list[dict[str, Any]] = script_config(config).get("staticRoutes", [])
        return found

    posted = {"condition": {"requestMode": "navigate", "requestMethod": "POST"}, "source": "fetch-event"}
    never = {"condition": {"urlPattern": "api{/*}?"}, "source": "network"}
    kept = {"urlPattern": "api/comments{/*}?", "requestMethod": "POST"}
    comments = OutboxRule(match="api/comments/**", methods=("POST",))
    assert rules(comments) == [posted, {"condition": kept, "source": "fetch-event"}, never]
    every_path = {"condition": {"requestMethod": "PUT"}, "source": "fetch-event"}
    assert rules(OutboxRule(match="api/[ab]", methods=("PUT",))) == [posted, every_path, never]
    assert rules(comments, never=()) == []


def test_outbox_rules_arrive_as_patterns_and_milliseconds() -> None:
    config = Config(app=App(name="X"), outbox=(OutboxRule(match="api/*", max_age="2h"),))
    methods = ["POST", "PUT", "PATCH", "DELETE"]
    assert script_config(config)["outbox"] == [
        {"match": "^api/[^/]*$", "methods": methods, "maxAge": 2 * 3600 * 1000}
    ]


def test_the_cache_gives_the_same_scripts_until_anything_changes(tmp_path: Path) -> None:
    sections, page = script_config(EVERYTHING), PrecacheEntry("a.html", "A=", 1, True)
    first = render_scripts(sections, precache=[page], cache=tmp_path)
    (stored,) = tmp_path.iterdir()
    content = stored.read_bytes()
    assert render_scripts(sections, precache=[page], cache=tmp_path) == first
    assert stored.read_bytes() == content
    assert render_scripts(sections, precache=[page]) == first
    for changed in (
        render_scripts(sections, precache=[page], cache=tmp_path, minify=True),
        render_scripts(sections, precache=[page], cache=tmp_path, hooks=b"x"),
        render_scripts({**sections, "update": "auto"}, precache=[page], cache=tmp_path),
        render_scripts(sections, cache=tmp_path),
    ):
        assert changed != first
    stored.write_bytes(b"damaged")
    assert render_scripts(sections, precache=[page], cache=tmp_path) == first


@pytest.mark.parametrize(
    "changed", ["features.json", "worker/base.js", "sw.js.jinja", "texts/en.json", "more/diagnosis.js"]
)
def test_the_cache_is_not_used_for_other_sources(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sections = script_config(EVERYTHING)
    render_scripts(sections, cache=tmp_path)
    before = [path.read_bytes() for path in tmp_path.iterdir()]
    read = source
    monkeypatch.setattr(scripts_module, "source", lambda name: read(name) + " " * (name == changed))
    render_scripts(sections, cache=tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] != before
