"""The one typed model of ``pwagen.yaml``: what may be written, of which type, with which default.

Manifest members keep the names of the W3C manifest and its incubations, so anything that other
documentation says about them can be copied as it is. `read.py` and `bind.py` turn a file into these
values, `rules.py` holds what one field alone cannot say, `schema.py` derives the JSON Schema.

A ``Meta(extra={"check": NAME})`` names a function in `values.py` that judges a single value.
"""

# Without annotations from __future__: of those each would be evaluated whenever a config is read.
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from pwagen.config.checks import patterns
from pwagen.config.checks.patterns import in_schema
from pwagen.names import OWN_WORKER


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping in the file."""


Color = Annotated[str, Meta(description="A CSS colour.", examples=["#0b3d5c"], extra={"check": "color"})]
Url = Annotated[
    str,
    Meta(
        description="A URL, relative to the folder that the files are copied to.",
        examples=["./", "news/today/"],
        extra={"check": "url"},
    ),
]
WebUrl = Annotated[
    str, Meta(description="An absolute https URL or a relative one.", extra={"check": "url_any_origin"})
]
Duration = Annotated[
    str,
    Meta(
        description="A length of time: a number and ms, s, m, h, d or w.",
        examples=["30s", "24h", "7d"],
        extra={"check": "duration"},
        extra_json_schema=in_schema(patterns.DURATION),
    ),
]
Size = Annotated[
    str,
    Meta(
        description="A number of bytes: a number and B, kB, MB, KiB or MiB.",
        examples=["500 kB", "8 MiB"],
        extra={"check": "size"},
        extra_json_schema=in_schema(patterns.SIZE),
    ),
]
LanguageTag = Annotated[
    str,
    Meta(
        description="A BCP 47 language tag.",
        examples=["en", "pt-BR"],
        extra={"check": "language"},
        extra_json_schema=in_schema(patterns.LANGUAGE),
    ),
]
FilePath = Annotated[
    str, Meta(description="A file, relative to pwagen.yaml.", extra={"check": "relative_path"})
]
ImageSizes = Annotated[
    str,
    Meta(
        description="Width and height in pixels, or any.",
        examples=["192x192", "any"],
        extra={"check": "icon_sizes"},
        extra_json_schema=in_schema(patterns.ICON_SIZES),
    ),
]
ImageType = Annotated[
    str,
    Meta(
        description="A media type.",
        examples=["image/png"],
        extra={"check": "mime"},
        extra_json_schema=in_schema(patterns.MEDIA_TYPE),
    ),
]
Extension = Annotated[
    str,
    Meta(examples=[".csv"], extra={"check": "extension"}, extra_json_schema=in_schema(patterns.EXTENSION)),
]
HeaderName = Annotated[
    str, Meta(extra={"check": "header_name"}, extra_json_schema=in_schema(patterns.HEADER_NAME))
]
Origin = Annotated[
    str,
    Meta(
        description="Scheme, host and port.",
        examples=["https://docs.example.com"],
        extra={"check": "origin"},
    ),
]
SitePath = Annotated[
    str, Meta(description="A path inside the published folder.", extra={"check": "relative_path"})
]
Glob = Annotated[
    str,
    Meta(
        description="A glob over paths of the published folder; ** crosses folders.",
        examples=["assets/**"],
        extra={"check": "glob"},
    ),
]
Text = Annotated[str, Meta(min_length=1)]
Direction = Literal["auto", "ltr", "rtl"]
DisplayMode = Literal["fullscreen", "standalone", "minimal-ui", "browser"]
ClientMode = Literal["auto", "focus-existing", "navigate-existing", "navigate-new"]


# --- app: the manifest ---------------------------------------------------------------------------


class ImageResource(Section, frozen=True, kw_only=True):
    """An image that already exists (https://www.w3.org/TR/image-resource/)."""

    src: WebUrl
    sizes: ImageSizes | None = None
    type: ImageType | None = None
    purpose: Annotated[str, Meta(examples=["maskable"], extra={"check": "icon_purpose"})] | None = None
    label: Text | None = None


class LocalizedValue(Section, frozen=True, kw_only=True):
    """A text with its own language and direction."""

    value: Text
    dir: Direction | None = None
    lang: LanguageTag | None = None


LocalizedText = dict[LanguageTag, Text | LocalizedValue]


class Shortcut(Section, frozen=True, kw_only=True):
    """An entry of the app icon's menu; Chromium shows the first ten."""

    name: Text
    short_name: Text | None = None
    description: Text | None = None
    url: Url
    icons: tuple[ImageResource, ...] = ()
    name_localized: LocalizedText | None = None
    short_name_localized: LocalizedText | None = None
    description_localized: LocalizedText | None = None


class Screenshot(Section, frozen=True, kw_only=True):
    """A picture for the browser's install dialog."""

    src: WebUrl
    sizes: ImageSizes | None = None
    type: ImageType | None = None
    label: Text | None = None
    form_factor: Literal["narrow", "wide"] | None = None
    platform: Text | None = None


class ShareFiles(Section, frozen=True, kw_only=True):
    """Files that a share may bring."""

    name: Text
    accept: tuple[Annotated[str, Meta(examples=["image/*", ".csv"], extra={"check": "accept"})], ...]


class ShareParams(Section, frozen=True, kw_only=True):
    """The names under which shared data arrives."""

    title: Text | None = None
    text: Text | None = None
    url: Text | None = None
    files: tuple[ShareFiles, ...] | None = None


class ShareTarget(Section, frozen=True, kw_only=True):
    """What happens when something is shared to the app (https://w3c.github.io/web-share-target/)."""

    action: Url
    method: Literal["GET", "POST"] = "GET"
    # Written out always: Chromium warns of a manifest that leaves it to the default.
    enctype: Literal["application/x-www-form-urlencoded", "multipart/form-data"] = (
        "application/x-www-form-urlencoded"
    )
    params: ShareParams


class FileHandler(Section, frozen=True, kw_only=True):
    """Files that the app opens (https://wicg.github.io/manifest-incubations/#file_handlers-member)."""

    action: Url
    accept: dict[
        Annotated[str, Meta(examples=["text/csv"], extra={"check": "mime_pattern"})],
        tuple[Extension, ...],
    ]
    name: Text | None = None
    icons: tuple[ImageResource, ...] = ()
    launch_type: Literal["single-client", "multiple-clients"] | None = None


class ProtocolHandler(Section, frozen=True, kw_only=True):
    """A URL scheme that the app opens; ``%s`` in the URL stands for the address."""

    protocol: Annotated[str, Meta(examples=["web+tide", "mailto"], extra={"check": "protocol"})]
    url: Annotated[str, Meta(examples=["open?address=%s"], extra={"check": "url_with_placeholder"})]


class LaunchHandler(Section, frozen=True, kw_only=True):
    """Which window a launch uses (https://wicg.github.io/web-app-launch/)."""

    client_mode: ClientMode | tuple[ClientMode, ...] = "auto"


class RelatedApplication(Section, frozen=True, kw_only=True):
    """The same app in a store."""

    platform: Text
    url: WebUrl | None = None
    id: Text | None = None
    min_version: Text | None = None


class NoteTaking(Section, frozen=True, kw_only=True):
    """The page that a note-taking launch opens."""

    new_note_url: Url


class LockScreen(Section, frozen=True, kw_only=True):
    """The page that can be shown on the lock screen."""

    start_url: Url


class ScopeExtension(Section, frozen=True, kw_only=True):
    """Another origin that belongs to the app."""

    type: Literal["origin"] = "origin"
    origin: Origin


class EdgeSidePanel(Section, frozen=True, kw_only=True):
    """Edge's side panel."""

    preferred_width: Annotated[int, Meta(ge=0)] | None = None


class Widget(Section, frozen=True, kw_only=True):
    """A widget of the Windows widgets board (Edge)."""

    name: Text
    tag: Text
    description: Text | None = None
    short_name: Text | None = None
    template: Text | None = None
    ms_ac_template: Url
    data: Url | None = None
    type: Text | None = None
    icons: tuple[ImageResource, ...] = ()
    screenshots: tuple[Screenshot, ...] = ()
    backgrounds: tuple[ImageResource, ...] = ()
    auth: bool | None = None
    update: Annotated[int, Meta(ge=0, description="Seconds between updates.")] | None = None
    multiple: bool | None = None


class ScopePattern(Section, frozen=True, kw_only=True):
    """A URL pattern of a tabbed app's home tab."""

    protocol: str | None = None
    hostname: str | None = None
    port: str | None = None
    pathname: str | None = None
    search: str | None = None
    hash: str | None = None


class HomeTab(Section, frozen=True, kw_only=True):
    """The pinned tab of a tabbed app."""

    scope_patterns: tuple[ScopePattern, ...] = ()
    icons: tuple[ImageResource, ...] = ()


class NewTabButton(Section, frozen=True, kw_only=True):
    """The new-tab button of a tabbed app."""

    url: Url


class TabStrip(Section, frozen=True, kw_only=True):
    """The tab strip of a tabbed app."""

    home_tab: Literal["auto", "absent"] | HomeTab | None = None
    new_tab_button: NewTabButton | None = None


class DarkColors(Section, frozen=True, kw_only=True):
    """Colours for a dark system theme."""

    theme_color: Color | None = None
    background_color: Color | None = None


class Migration(Section, frozen=True, kw_only=True):
    """A move between origins of the same site."""

    id: WebUrl
    install_url: WebUrl | None = None
    behavior: Literal["force", "suggest"] | None = None


class App(Section, frozen=True, kw_only=True):
    """The web app manifest (https://www.w3.org/TR/appmanifest/), under its own member names."""

    name: Annotated[str, Meta(min_length=1, description="The app's full name.")]
    short_name: (
        Annotated[str, Meta(min_length=1, description="The name under the icon, about 12 characters.")] | None
    ) = None
    description: Text | None = None
    id: (
        Annotated[
            str,
            Meta(
                description="The app's identity, relative to the origin; without it, start_url is. "
                "Changing it makes a second app of it.",
                extra={"check": "url"},
            ),
        ]
        | None
    ) = None
    start_url: Url = "./"
    scope: Url | None = None
    display: DisplayMode = "standalone"
    display_override: tuple[
        Literal[
            "fullscreen",
            "standalone",
            "minimal-ui",
            "browser",
            "window-controls-overlay",
            "tabbed",
            "unframed",
        ],
        ...,
    ] = ()
    orientation: (
        Literal[
            "any",
            "natural",
            "landscape",
            "portrait",
            "portrait-primary",
            "portrait-secondary",
            "landscape-primary",
            "landscape-secondary",
        ]
        | None
    ) = None
    theme_color: Color | None = None
    background_color: Color | None = None
    color_scheme_dark: DarkColors | None = None
    lang: LanguageTag | None = None
    dir: Direction | None = None
    categories: tuple[Text, ...] = ()
    iarc_rating_id: Text | None = None
    shortcuts: tuple[Shortcut, ...] = ()
    screenshots: tuple[Screenshot, ...] = ()
    share_target: ShareTarget | None = None
    file_handlers: tuple[FileHandler, ...] = ()
    protocol_handlers: tuple[ProtocolHandler, ...] = ()
    launch_handler: LaunchHandler | None = None
    related_applications: tuple[RelatedApplication, ...] = ()
    prefer_related_applications: bool | None = None
    handle_links: Literal["auto", "preferred", "not-preferred"] | None = None
    note_taking: NoteTaking | None = None
    lock_screen: LockScreen | None = None
    scope_extensions: tuple[ScopeExtension, ...] = ()
    edge_side_panel: EdgeSidePanel | None = None
    widgets: tuple[Widget, ...] = ()
    tab_strip: TabStrip | None = None
    migrate_from: tuple[Migration, ...] = ()
    migrate_to: Migration | None = None
    name_localized: LocalizedText | None = None
    short_name_localized: LocalizedText | None = None
    description_localized: LocalizedText | None = None
    icons_localized: dict[LanguageTag, tuple[ImageResource, ...]] | None = None


# --- icons ---------------------------------------------------------------------------------------


class Icons(Section, frozen=True, kw_only=True):
    """One picture from which every icon is made, or a list of icons that already exist."""

    source: Annotated[FilePath | None, Meta(description="An SVG or PNG file, relative to pwagen.yaml.")] = (
        None
    )
    maskable: Annotated[FilePath | None, Meta(description="A separate picture for the maskable icons.")] = (
        None
    )
    badge: Annotated[
        FilePath | None,
        Meta(description="A separate picture for the notification badge; only its transparency counts."),
    ] = None
    background: Annotated[
        Color | None,
        Meta(
            description="What lies behind the maskable and the Apple icon. "
            "Default: app.background_color, else white."
        ),
    ] = None
    files: Annotated[
        tuple[ImageResource, ...], Meta(description="Icons that exist already; none are made then.")
    ] = ()


# --- notifications, push, badge ------------------------------------------------------------------


class Target(Section, frozen=True, kw_only=True):
    """What a click does. ``url`` alone means ``do: open``."""

    do: Annotated[
        Literal["open", "focus", "message", "post", "dismiss"],
        Meta(
            description="open: bring a window to the URL, or open one. focus: bring any window of the app "
            "to the front as it is. message: tell the page. post: send the click to the URL. "
            "dismiss: close only."
        ),
    ] = "open"
    url: WebUrl | None = None


class NotificationAction(Section, frozen=True, kw_only=True):
    """A button of a notification, and where it leads. Browsers show two."""

    action: Text
    title: Text
    icon: WebUrl | None = None
    do: Literal["open", "focus", "message", "post", "dismiss"] = "open"
    url: WebUrl | None = None


class DefaultNotification(Section, frozen=True, kw_only=True):
    """Shown when a push says nothing usable, so that none is ever silent."""

    title: Text | None = None
    body: str | None = None


class Notifications(Section, frozen=True, kw_only=True):
    """Defaults for every notification; a message may override each (https://notifications.spec.whatwg.org/)."""

    default: DefaultNotification = DefaultNotification()
    icon: WebUrl | None = None
    badge: WebUrl | None = None
    image: WebUrl | None = None
    lang: LanguageTag | None = None
    dir: Direction | None = None
    tag: Text | None = None
    renotify: bool | None = None
    require_interaction: bool | None = None
    silent: bool | None = None
    vibrate: Annotated[tuple[Annotated[int, Meta(ge=0, le=10000)], ...], Meta(max_length=99)] = ()
    click: Annotated[WebUrl | Target, Meta(description="What a click on the notification's body does.")] = (
        "./"
    )
    close: Annotated[
        WebUrl | Target | None,
        Meta(description="What happens when the user dismisses it; a URL is posted to."),
    ] = None
    actions: tuple[NotificationAction, ...] = ()
    allowed_origins: Annotated[
        tuple[Origin, ...],
        Meta(description="Other origins that messages may lead to; those of the targets here are anyway."),
    ] = ()


class Csrf(Section, frozen=True, kw_only=True):
    """Where the token for the subscription requests comes from, and the header it goes into."""

    cookie: Text | None = None
    meta: Annotated[str, Meta(description="The name of a <meta> tag.")] | None = None
    header: HeaderName = "X-CSRFToken"


class Push(Section, frozen=True, kw_only=True):
    """Web Push: the public key, and the server that keeps subscriptions."""

    vapid_public_key: Annotated[
        str,
        Meta(
            description="The application server key: an uncompressed P-256 point, base64url without padding.",
            extra={"check": "vapid_public_key"},
            extra_json_schema=in_schema(patterns.VAPID_PUBLIC_KEY),
        ),
    ]
    endpoint: (
        Annotated[str, Meta(description="Where subscriptions are posted.", extra={"check": "url_any_origin"})]
        | None
    ) = None
    credentials: Literal["omit", "same-origin", "include"] = "same-origin"
    csrf: Csrf | None = None
    headers: dict[HeaderName, str] = {}


BadgeRule = Literal["add", "subtract", "set", "clear", "keep"] | Annotated[int, Meta(ge=0)]


class Badge(Section, frozen=True, kw_only=True):
    """How the app's badge counts. A number in a message always wins on push.

    ``set`` shows the badge without a number; an integer shows that number. ``clear_on`` is short for
    ``on_open: clear`` and so on: a rule that is written wins over its default, both written contradict.
    """

    on_push: BadgeRule = "add"
    on_click: BadgeRule = "keep"
    on_close: BadgeRule = "keep"
    on_open: BadgeRule = "keep"
    clear_on: tuple[Literal["open", "click", "close"], ...] = ("open", "click")
    fallback: Annotated[
        Literal["title", "favicon"] | None,
        Meta(
            description="Where pages show the count in browsers that have no badges. "
            "favicon needs `img-src data:` in a Content-Security-Policy, else it is the title."
        ),
    ] = None


# --- install, prompts ----------------------------------------------------------------------------

AfterVisits = Annotated[
    Annotated[int, Meta(ge=1)] | Literal[False],
    Meta(
        description="It shows itself on this visit. false: only when a click or the page's code asks for it."
    ),
]
BackOff = Annotated[
    tuple[Duration, ...],
    Meta(description="How long it stays away after each dismissal; after one more it never comes back."),
]


class IosHint(Section, frozen=True, kw_only=True):
    """How to add the app to the Home Screen, for iPhones and iPads, where no button can do it.

    In texts ``{name}`` stands for the app's name and ``{share}`` for a picture of the Share button.
    """

    after_visits: AfterVisits = 2
    title: Text | None = None
    body: Text | None = None
    dismiss: Text | None = None
    back_off: BackOff = ("3d", "7d", "30d")


class Install(Section, frozen=True, kw_only=True):
    """Offering the installation."""

    ios_hint: Annotated[
        IosHint | bool, Meta(description="Whether iPhones and iPads show how to install the app.")
    ] = False


class PermissionPrompt(Section, frozen=True, kw_only=True):
    """A question of the page's own before the browser's, which can be asked only once.

    In texts ``{name}`` stands for the app's name.
    """

    after_visits: AfterVisits = 3
    title: Text | None = None
    body: Text | None = None
    accept: Text | None = None
    dismiss: Text | None = None
    back_off: BackOff = ("3d", "7d", "30d")


# --- background, offline, the rest ---------------------------------------------------------------


class SyncNotification(Section, frozen=True, kw_only=True):
    """A notification after a refresh; ``{name}`` stands for a member of the fetched JSON."""

    title: Text
    body: str | None = None
    tag: Text | None = None
    url: Url | None = None


class PeriodicSync(Section, frozen=True, kw_only=True):
    """URLs that the browser refreshes in the background now and then."""

    tag: Annotated[str, Meta(min_length=1, max_length=10240)]
    min_interval: Duration = "24h"
    urls: Annotated[tuple[Url, ...], Meta(min_length=1)]
    badge: (
        Annotated[
            str, Meta(description="The member of the first URL's JSON that the badge shows, dots for depth.")
        ]
        | None
    ) = None
    notify: SyncNotification | None = None


class Download(Section, frozen=True, kw_only=True):
    """Large files that are fetched when the user asks for them, and kept for a time without a network."""

    id: Annotated[
        str,
        Meta(
            description="Its name in pages: letters, digits, - and _.",
            extra={"check": "download_id"},
            extra_json_schema=in_schema(patterns.DOWNLOAD_ID),
        ),
    ]
    title: Annotated[str, Meta(min_length=1, description="What the browser shows while it fetches.")]
    urls: Annotated[tuple[Url, ...], Meta(min_length=1)]
    icon: WebUrl | None = None
    stored_title: (
        Annotated[str, Meta(min_length=1, description="What the browser shows when they are stored.")] | None
    ) = None
    failed_title: (
        Annotated[str, Meta(min_length=1, description="What the browser shows when they can't be had.")]
        | None
    ) = None
    url: Annotated[Url | None, Meta(description="Where a click on what the browser shows leads.")] = None


class Route(Section, frozen=True, kw_only=True):
    """How requests for some URLs are answered. The first route that matches counts."""

    match: Glob
    strategy: Literal["network-first", "cache-first", "stale-while-revalidate", "network-only", "cache-only"]
    timeout: Annotated[
        Duration | None, Meta(description="network-first: when to fall back to the cache.")
    ] = None
    max_entries: Annotated[int, Meta(ge=1)] | None = None
    max_age: Duration | None = None


class Fallbacks(Section, frozen=True, kw_only=True):
    """Files of `site` that stand in for what the network should have given; stored at installation."""

    image: SitePath | None = None
    json: SitePath | None = None


class Offline(Section, frozen=True, kw_only=True):
    """What works without a network."""

    page: Annotated[
        SitePath,
        Meta(description="Shown for a page that is not cached. Made from a template unless the site has it."),
    ] = "offline.html"
    precache: Annotated[
        tuple[Glob, ...] | None,
        Meta(
            description="Files of `site` that are stored at installation. "
            "Default: pages, styles, scripts, images and fonts."
        ),
    ] = None
    optional: Annotated[
        tuple[Glob, ...] | None,
        Meta(
            description="Precached files without which the app is installed all the same. "
            "Default: pictures and fonts."
        ),
    ] = None
    exclude: Annotated[tuple[Glob, ...], Meta(description="Files that are never stored.")] = ()
    max_file_size: Size = "2 MiB"
    max_total_size: Size = "16 MiB"
    ignore_params: Annotated[
        tuple[Text, ...],
        Meta(description="Query parameters that don't change a page; * at the end matches any rest."),
    ] = ("utm_*", "fbclid", "gclid")
    timeout: Annotated[
        Duration, Meta(description="How long a page may take before its stored copy is shown.")
    ] = "4s"
    never: Annotated[
        tuple[Glob, ...] | None,
        Meta(
            description="Paths that the worker leaves alone. Default: admin/**, accounts/** and api/**, "
            "of which api/** doesn't hold for what the site itself has there, if that has pages."
        ),
    ] = None
    routes: tuple[Route, ...] = ()
    fallbacks: Fallbacks = Fallbacks()
    verify: Annotated[
        bool,
        Meta(
            description="Install only files that are byte for byte those of the build. "
            "false for a host that changes pages on the way."
        ),
    ] = True


class OutboxRule(Section, frozen=True, kw_only=True):
    """Requests that are kept when there is no network, and sent in their order when there is one."""

    match: Glob
    methods: Annotated[
        tuple[Literal["POST", "PUT", "PATCH", "DELETE"], ...],
        Meta(min_length=1, description="Which of them; what only reads needs no outbox."),
    ] = ("POST", "PUT", "PATCH", "DELETE")
    max_age: Annotated[Duration, Meta(description="How long one may wait before it has failed.")] = "7d"


class Worker(Section, frozen=True, kw_only=True):
    """The user's own code in the worker."""

    hooks: (
        Annotated[
            FilePath, Meta(description="A script with self.pwagen.on(…) handlers, relative to pwagen.yaml.")
        ]
        | None
    ) = None
    script: Annotated[
        SitePath,
        Meta(
            description="The worker that pages register. Another than ours is a worker that the site has "
            'already, in the same folder, which begins with importScripts("sw.js").'
        ),
    ] = OWN_WORKER


class Inject(Section, frozen=True, kw_only=True):
    """What `build --inject` does about what is there; an option of the command counts before it."""

    exclude: Annotated[tuple[Glob, ...], Meta(description="Pages that get no tags.")] = ()
    manifest: Annotated[
        Literal["refuse", "keep", "replace"],
        Meta(description="What becomes of a manifest that the site has already."),
    ] = "refuse"
    worker: Annotated[
        Literal["refuse", "ignore"],
        Meta(description="What to do where pages register another worker."),
    ] = "refuse"


# --- languages -----------------------------------------------------------------------------------


class ShortcutWords(Section, frozen=True, kw_only=True):
    """A shortcut in another language."""

    name: Text | None = None
    short_name: Text | None = None
    description: Text | None = None


class AppWords(Section, frozen=True, kw_only=True):
    """What the manifest says in another language."""

    name: Text | None = None
    short_name: Text | None = None
    description: Text | None = None
    shortcuts: Annotated[
        dict[Text, Text | ShortcutWords],
        Meta(description="By the url in app.shortcuts: the name, or its members."),
    ] = {}


class NotificationWords(Section, frozen=True, kw_only=True):
    """What notifications say in another language; what a message says itself stays as it is."""

    default: DefaultNotification = DefaultNotification()
    actions: Annotated[
        dict[Text, Text], Meta(description="By the action in notifications.actions: the title.")
    ] = {}


class SyncWords(Section, frozen=True, kw_only=True):
    """A refresh's notification in another language."""

    title: Text | None = None
    body: str | None = None


class Language(Section, frozen=True, kw_only=True):
    """The app in another language than that of app.lang. What is left out stays as it is there."""

    dir: Annotated[
        Direction | None, Meta(description="Default: the language's own, rtl for Arabic for example.")
    ] = None
    app: AppWords = AppWords()
    notifications: NotificationWords = NotificationWords()
    periodic_sync: Annotated[dict[Text, SyncWords], Meta(description="By the tag in periodic_sync.")] = {}
    texts: Annotated[
        dict[Annotated[str, Meta(examples=["NetworkError"], extra={"check": "text_name"})], Text],
        Meta(description="What register.js and the offline page say, in other words than pwagen's own."),
    ] = {}


class Head(Section, frozen=True, kw_only=True):
    """What the tags in the head of every page say beside what is in `app`."""

    manifest_crossorigin: Annotated[
        Literal["use-credentials"] | None,
        Meta(description="Sends cookies with the request for the manifest, for a site behind a log-in."),
    ] = None


class Config(Section, frozen=True, kw_only=True):
    """The whole file."""

    app: App
    icons: Icons = Icons()
    head: Head = Head()
    site: (
        Annotated[
            str,
            Meta(description="The published folder, relative to pwagen.yaml.", extra={"check": "folder"}),
        ]
        | None
    ) = None
    notifications: Notifications | None = None
    push: Push | None = None
    badge: Badge | None = None
    install: Install = Install()
    permission_prompt: Annotated[
        PermissionPrompt | bool,
        Meta(description="Whether the page asks before the browser does."),
    ] = False
    periodic_sync: tuple[PeriodicSync, ...] = ()
    downloads: Annotated[
        tuple[Download, ...] | None,
        Meta(description="An empty list is for pages that start downloads from code alone."),
    ] = None
    offline: Offline | Literal[False] = Offline()
    outbox: tuple[OutboxRule, ...] = ()
    update: Literal["prompt", "auto"] = "prompt"
    languages: Annotated[
        dict[LanguageTag, Language], Meta(description="The app in other languages, by their tags.")
    ] = {}
    worker: Worker = Worker()
    inject: Inject = Inject()
    hosting: (
        Literal[
            "nginx",
            "apache",
            "caddy",
            "netlify",
            "vercel",
            "cloudflare-pages",
            "github-pages",
            "firebase",
            "s3-cloudfront",
            "whitenoise",
            "flask",
            "starlette",
        ]
        | None
    ) = None
    minify: bool = False
