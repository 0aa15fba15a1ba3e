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
    str,
    Meta(
        description="An absolute https URL or a relative one.",
        examples=["https://example.com/", "assets/logo.png"],
        extra={"check": "url_any_origin"},
    ),
]
Duration = Annotated[
    str,
    Meta(
        description="A duration: a number and ms, s, m, h, d or w.",
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
    str,
    Meta(
        description="A file, relative to pwagen.yaml.",
        examples=["artwork/logo.svg"],
        extra={"check": "relative_path"},
    ),
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
    Meta(
        description="A file name extension with its dot.",
        examples=[".csv"],
        extra={"check": "extension"},
        extra_json_schema=in_schema(patterns.EXTENSION),
    ),
]
HeaderName = Annotated[
    str,
    Meta(
        description="The name of an HTTP header.",
        examples=["X-CSRFToken"],
        extra={"check": "header_name"},
        extra_json_schema=in_schema(patterns.HEADER_NAME),
    ),
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
    str,
    Meta(
        description="A path inside the published folder.",
        examples=["offline.html"],
        extra={"check": "relative_path"},
    ),
]
Glob = Annotated[
    str,
    Meta(
        description="A glob over paths of the published folder; `**` crosses folders.",
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

    src: Annotated[WebUrl, Meta(description="Where the image is.")]
    sizes: Annotated[
        ImageSizes | None,
        Meta(description="Its width and height in pixels, several with a space between, or any."),
    ] = None
    type: Annotated[ImageType | None, Meta(description="Its media type.")] = None
    purpose: Annotated[
        Annotated[str, Meta(examples=["maskable"], extra={"check": "icon_purpose"})] | None,
        Meta(description="What it is for: any, maskable or monochrome, several with a space between."),
    ] = None
    label: Annotated[Text | None, Meta(description="What it shows, for people who cannot see it.")] = None


class LocalizedValue(Section, frozen=True, kw_only=True):
    """A text with its own language and direction."""

    value: Annotated[Text, Meta(description="The text.")]
    dir: Annotated[Direction | None, Meta(description="Its direction.")] = None
    lang: Annotated[LanguageTag | None, Meta(description="Its language, if that is not the key.")] = None


LocalizedText = dict[LanguageTag, Text | LocalizedValue]


class Shortcut(Section, frozen=True, kw_only=True):
    """An entry of the app icon's menu; Chromium shows the first ten."""

    name: Annotated[Text, Meta(description="What the menu shows.")]
    short_name: Annotated[Text | None, Meta(description="The name where there is little room.")] = None
    description: Annotated[Text | None, Meta(description="What it is for; few systems show it.")] = None
    url: Annotated[Url, Meta(description="The page that it opens.")]
    icons: Annotated[
        tuple[ImageResource, ...],
        Meta(description="Its pictures; Android wants one of 96×96. Default: the app's icon."),
    ] = ()
    name_localized: Annotated[
        LocalizedText | None, Meta(description="The name in other languages; `languages` writes it for you.")
    ] = None
    short_name_localized: Annotated[
        LocalizedText | None, Meta(description="The short name in other languages.")
    ] = None
    description_localized: Annotated[
        LocalizedText | None, Meta(description="The description in other languages.")
    ] = None


class Screenshot(Section, frozen=True, kw_only=True):
    """A picture for the browser's install dialog."""

    src: Annotated[WebUrl, Meta(description="Where the picture is.")]
    sizes: Annotated[ImageSizes | None, Meta(description="Its width and height in pixels.")] = None
    type: Annotated[ImageType | None, Meta(description="Its media type.")] = None
    label: Annotated[Text | None, Meta(description="What it shows.")] = None
    form_factor: Annotated[
        Literal["narrow", "wide"] | None, Meta(description="narrow for phones, wide for desktops.")
    ] = None
    platform: Annotated[
        Text | None, Meta(description="The system that it was taken on, if it is for that one alone.")
    ] = None


class ShareFiles(Section, frozen=True, kw_only=True):
    """Files that a share may bring."""

    name: Annotated[Text, Meta(description="The form field in which the files arrive.")]
    accept: Annotated[
        tuple[Annotated[str, Meta(examples=["image/*", ".csv"], extra={"check": "accept"})], ...],
        Meta(description="Which files: media types and file name extensions."),
    ]


class ShareParams(Section, frozen=True, kw_only=True):
    """The names under which shared data arrives."""

    title: Annotated[Text | None, Meta(description="The form field for the title.")] = None
    text: Annotated[Text | None, Meta(description="The form field for the text.")] = None
    url: Annotated[
        Text | None, Meta(description="The form field for the link; Android puts links into the text.")
    ] = None
    files: Annotated[
        tuple[ShareFiles, ...] | None,
        Meta(description="The form fields for files; they need POST and multipart/form-data."),
    ] = None


class ShareTarget(Section, frozen=True, kw_only=True):
    """Receives what is shared to the app (https://w3c.github.io/web-share-target/)."""

    action: Annotated[Url, Meta(description="The page that receives the share.")]
    method: Annotated[
        Literal["GET", "POST"],
        Meta(description="GET puts the data into the URL; POST keeps it out of logs, and files need it."),
    ] = "GET"
    # Written out always: Chromium warns of a manifest that leaves it to the default.
    enctype: Annotated[
        Literal["application/x-www-form-urlencoded", "multipart/form-data"],
        Meta(description="How the data is encoded; files need multipart/form-data."),
    ] = "application/x-www-form-urlencoded"
    params: ShareParams


class FileHandler(Section, frozen=True, kw_only=True):
    """Files that the app opens (https://wicg.github.io/manifest-incubations/#file_handlers-member)."""

    action: Annotated[Url, Meta(description="The page that the files are opened with.")]
    accept: Annotated[
        dict[
            Annotated[str, Meta(examples=["text/csv"], extra={"check": "mime_pattern"})],
            tuple[Extension, ...],
        ],
        Meta(description="By media type, the extensions that it opens."),
    ]
    name: Annotated[Text | None, Meta(description="What the system calls these files.")] = None
    icons: Annotated[tuple[ImageResource, ...], Meta(description="A picture for these files.")] = ()
    launch_type: Annotated[
        Literal["single-client", "multiple-clients"] | None,
        Meta(description="Whether several files open in one window or each in its own."),
    ] = None


class ProtocolHandler(Section, frozen=True, kw_only=True):
    """A URL scheme that the app opens; ``%s`` in the URL stands for the address."""

    protocol: Annotated[
        Annotated[str, Meta(examples=["web+tide", "mailto"], extra={"check": "protocol"})],
        Meta(
            description="The scheme: one that browsers allow, such as mailto, or one that begins with web+."
        ),
    ]
    url: Annotated[
        Annotated[str, Meta(examples=["open?address=%s"], extra={"check": "url_with_placeholder"})],
        Meta(description="The page that is opened; %s stands for the address."),
    ]


class LaunchHandler(Section, frozen=True, kw_only=True):
    """Which window a launch uses (https://wicg.github.io/web-app-launch/)."""

    client_mode: Annotated[
        ClientMode | tuple[ClientMode, ...],
        Meta(
            description="focus-existing and navigate-existing use the open window, navigate-new opens "
            "another; a list gives alternatives."
        ),
    ] = "auto"


class RelatedApplication(Section, frozen=True, kw_only=True):
    """The same app in a store."""

    platform: Annotated[Text, Meta(description="The store: play, itunes, windows, webapp and so on.")]
    url: Annotated[WebUrl | None, Meta(description="The app's page there.")] = None
    id: Annotated[Text | None, Meta(description="The app's identifier there.")] = None
    min_version: Annotated[Text | None, Meta(description="The oldest version that counts.")] = None


class NoteTaking(Section, frozen=True, kw_only=True):
    """The page that a note-taking launch opens."""

    new_note_url: Annotated[Url, Meta(description="The page for a new note.")]


class LockScreen(Section, frozen=True, kw_only=True):
    """The page that can be shown on the lock screen."""

    start_url: Annotated[Url, Meta(description="The page that is opened from the lock screen.")]


class ScopeExtension(Section, frozen=True, kw_only=True):
    """Another origin that belongs to the app."""

    type: Annotated[Literal["origin"], Meta(description="The kind of extension; there is one.")] = "origin"
    origin: Annotated[Origin, Meta(description="The other origin, which has to agree.")]


class EdgeSidePanel(Section, frozen=True, kw_only=True):
    """Edge's side panel."""

    preferred_width: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Its width in pixels.")
    ] = None


class Widget(Section, frozen=True, kw_only=True):
    """A widget of the Windows widgets board (Edge)."""

    name: Annotated[Text, Meta(description="What the widget picker shows.")]
    tag: Annotated[Text, Meta(description="Its name in events.")]
    description: Annotated[Text | None, Meta(description="What it is for.")] = None
    short_name: Annotated[Text | None, Meta(description="The name where there is little room.")] = None
    template: Annotated[Text | None, Meta(description="The name of the kind of template.")] = None
    ms_ac_template: Annotated[Url, Meta(description="The Adaptive Card that it is drawn with.")]
    data: Annotated[Url | None, Meta(description="The JSON that fills the card.")] = None
    type: Annotated[Text | None, Meta(description="The media type of the data.")] = None
    icons: Annotated[
        tuple[ImageResource, ...], Meta(description="Its pictures in the picker; without them, the app's.")
    ] = ()
    screenshots: Annotated[
        tuple[Screenshot, ...], Meta(description="What it looks like, for the picker.")
    ] = ()
    backgrounds: Annotated[tuple[ImageResource, ...], Meta(description="Pictures to show behind it.")] = ()
    auth: Annotated[bool | None, Meta(description="Whether it needs a signed-in user.")] = None
    update: Annotated[int, Meta(ge=0, description="Seconds between updates.")] | None = None
    multiple: Annotated[bool | None, Meta(description="Whether it can be added more than once.")] = None


class ScopePattern(Section, frozen=True, kw_only=True):
    """A URL pattern of a tabbed app's home tab."""

    protocol: Annotated[str | None, Meta(description="The scheme of the URLs.")] = None
    hostname: Annotated[str | None, Meta(description="Their host.")] = None
    port: Annotated[str | None, Meta(description="Their port.")] = None
    pathname: Annotated[str | None, Meta(description="Their path.")] = None
    search: Annotated[str | None, Meta(description="Their query.")] = None
    hash: Annotated[str | None, Meta(description="Their fragment.")] = None


class HomeTab(Section, frozen=True, kw_only=True):
    """The pinned tab of a tabbed app."""

    scope_patterns: Annotated[tuple[ScopePattern, ...], Meta(description="The URLs that open in it.")] = ()
    icons: Annotated[tuple[ImageResource, ...], Meta(description="Its pictures.")] = ()


class NewTabButton(Section, frozen=True, kw_only=True):
    """The new-tab button of a tabbed app."""

    url: Annotated[Url, Meta(description="The page that it opens.")]


class TabStrip(Section, frozen=True, kw_only=True):
    """The tab strip of a tabbed app."""

    home_tab: Annotated[
        Literal["auto", "absent"] | HomeTab | None,
        Meta(description="auto: the browser decides. absent: none. Or its URLs and pictures."),
    ] = None
    new_tab_button: NewTabButton | None = None


class DarkColors(Section, frozen=True, kw_only=True):
    """Colours for a dark system theme."""

    theme_color: Annotated[Color | None, Meta(description="The colour of the title bar.")] = None
    background_color: Annotated[
        Color | None, Meta(description="The colour behind the icon while the app starts.")
    ] = None


class Migration(Section, frozen=True, kw_only=True):
    """A move between origins of the same site."""

    id: Annotated[WebUrl, Meta(description="The id of the other app, as a whole URL.")]
    install_url: Annotated[WebUrl | None, Meta(description="The page to install it from.")] = None
    behavior: Annotated[
        Literal["force", "suggest"] | None,
        Meta(description="force: users have to move. suggest: they are asked."),
    ] = None


class App(Section, frozen=True, kw_only=True):
    """The web app manifest (https://www.w3.org/TR/appmanifest/), under its own member names."""

    name: Annotated[str, Meta(min_length=1, description="The app's full name.")]
    short_name: (
        Annotated[str, Meta(min_length=1, description="The name under the icon, about 12 characters.")] | None
    ) = None
    description: Annotated[Text | None, Meta(description="What the app is for; install dialogs show it.")] = (
        None
    )
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
    start_url: Annotated[Url, Meta(description="The page that the icon opens.")] = "./"
    scope: Annotated[
        Url | None,
        Meta(
            description="The URLs that belong to the app, and that the worker controls. "
            "Default: what lies below the folder of the files."
        ),
    ] = None
    display: Annotated[
        DisplayMode, Meta(description="How the window looks: standalone has no address bar.")
    ] = "standalone"
    display_override: Annotated[
        tuple[
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
        ],
        Meta(description="Looks to prefer over display, the best one first."),
    ] = ()
    orientation: Annotated[
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
        | None,
        Meta(description="How the screen is held."),
    ] = None
    theme_color: Annotated[Color | None, Meta(description="The colour of the title bar.")] = None
    background_color: Annotated[
        Color | None, Meta(description="The colour behind the icon while the app starts.")
    ] = None
    color_scheme_dark: Annotated[
        DarkColors | None, Meta(description="The same two colours for a dark system theme.")
    ] = None
    lang: Annotated[LanguageTag | None, Meta(description="The language of the app's texts.")] = None
    dir: Annotated[Direction | None, Meta(description="The direction of the app's texts.")] = None
    categories: Annotated[tuple[Text, ...], Meta(description="What kind of app it is, for stores.")] = ()
    iarc_rating_id: Annotated[
        Text | None, Meta(description="The certificate of its age rating (https://www.globalratings.com/).")
    ] = None
    shortcuts: tuple[Shortcut, ...] = ()
    screenshots: tuple[Screenshot, ...] = ()
    share_target: ShareTarget | None = None
    file_handlers: tuple[FileHandler, ...] = ()
    protocol_handlers: tuple[ProtocolHandler, ...] = ()
    launch_handler: LaunchHandler | None = None
    related_applications: tuple[RelatedApplication, ...] = ()
    prefer_related_applications: Annotated[
        bool | None, Meta(description="Whether browsers should offer the app of a store instead of this one.")
    ] = None
    handle_links: Annotated[
        Literal["auto", "preferred", "not-preferred"] | None,
        Meta(description="Whether links to the app open in it."),
    ] = None
    note_taking: NoteTaking | None = None
    lock_screen: LockScreen | None = None
    scope_extensions: tuple[ScopeExtension, ...] = ()
    edge_side_panel: EdgeSidePanel | None = None
    widgets: tuple[Widget, ...] = ()
    tab_strip: TabStrip | None = None
    migrate_from: tuple[Migration, ...] = ()
    migrate_to: Migration | None = None
    name_localized: Annotated[
        LocalizedText | None, Meta(description="The name in other languages; `languages` writes it for you.")
    ] = None
    short_name_localized: Annotated[
        LocalizedText | None, Meta(description="The short name in other languages.")
    ] = None
    description_localized: Annotated[
        LocalizedText | None, Meta(description="The description in other languages.")
    ] = None
    icons_localized: Annotated[
        dict[LanguageTag, tuple[ImageResource, ...]] | None, Meta(description="Other icons by language.")
    ] = None


# --- icons ---------------------------------------------------------------------------------------


class Monogram(Section, frozen=True, kw_only=True):
    """What stands for a logo until there is one: initials, or a pattern that follows from the name."""

    text: Annotated[
        str | None,
        Meta(
            description="One to three letters or digits. Default: the initials of app.name.",
            extra={"check": "monogram"},
        ),
    ] = None
    design: Annotated[
        Literal["plate", "disc", "ring", "pattern"],
        Meta(
            description="plate and disc: the letters on the colour. ring: in the colour, with a ring around "
            "them. pattern: no letters; also for names whose letters can't be drawn, such as rare Han ones."
        ),
    ] = "plate"
    color: Annotated[
        Color | None,
        Meta(description="Default: app.theme_color, else a colour that follows from the name."),
    ] = None


class Icons(Section, frozen=True, kw_only=True):
    """One picture from which every icon is made, a monogram, or a list of icons that already exist."""

    source: Annotated[
        FilePath | None,
        Meta(description="An SVG or a PNG; also WebP, AVIF, JPEG, GIF or ICO. Relative to pwagen.yaml."),
    ] = None
    maskable: Annotated[FilePath | None, Meta(description="A separate picture for the maskable icons.")] = (
        None
    )
    badge: Annotated[
        FilePath | None,
        Meta(
            description="A separate picture for the notification badge; only its transparency counts. "
            "Default: the shape in the source, or the app's initials if that makes no shape."
        ),
    ] = None
    background: Annotated[
        Color | None,
        Meta(
            description="What lies behind the maskable and the Apple icon. "
            "Default: the picture's own plate, where it has one; app.background_color, else white; "
            "app.theme_color or near black, if the picture can't be seen on that."
        ),
    ] = None
    monogram: Annotated[
        Monogram | None,
        Meta(description="Letters to make the icons from. Default: {}, as long as there is no picture."),
    ] = None
    files: Annotated[
        tuple[ImageResource, ...], Meta(description="Icons that exist already; none are made then.")
    ] = ()
    ios_splash: Annotated[
        bool,
        Meta(
            description="Also make the splash screens of iOS, of every size of iPhone and iPad: the logo on "
            "app.background_color, and on that of app.color_scheme_dark. Other systems make their own."
        ),
    ] = False
    open_graph: Annotated[
        str | None,
        Meta(
            description="The address where the files are published: also make a picture of 1200×630 pixels "
            "that other sites show beside a link to the app, and its tags, which need the whole address.",
            examples=["https://example.com/"],
            extra={"check": "published_address"},
        ),
    ] = None


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
    url: Annotated[WebUrl | None, Meta(description="Where it leads; open and post need it.")] = None


class CloseTarget(Section, frozen=True, kw_only=True):
    """What dismissing a notification does, which cannot open a window. ``url`` alone means ``do: post``."""

    do: Annotated[
        Literal["message", "post", "dismiss"],
        Meta(
            description="message: tell the page. post: send the event to the URL. dismiss: nothing more. "
            "No window can be opened."
        ),
    ] = "post"
    url: Annotated[WebUrl | None, Meta(description="Where it is sent; post needs it.")] = None


class NotificationAction(Section, frozen=True, kw_only=True):
    """A button of a notification, and where it leads. Browsers show two."""

    action: Annotated[Text, Meta(description="Its name in events.")]
    title: Annotated[Text, Meta(description="What the button says.")]
    icon: Annotated[WebUrl | None, Meta(description="A picture on the button, where browsers show one.")] = (
        None
    )
    do: Annotated[
        Literal["open", "focus", "message", "post", "dismiss"],
        Meta(description="What a click on it does, as in notifications.click."),
    ] = "open"
    url: Annotated[WebUrl | None, Meta(description="Where it leads; open and post need it.")] = None


class DefaultNotification(Section, frozen=True, kw_only=True):
    """The notification for a push without usable content, so that none is ever silent."""

    title: Annotated[Text | None, Meta(description="Its title. Default: app.name.")] = None
    body: Annotated[str | None, Meta(description="Its text.")] = None


class Notifications(Section, frozen=True, kw_only=True):
    """Defaults for every notification; a message may override each (https://notifications.spec.whatwg.org/)."""

    default: DefaultNotification = DefaultNotification()
    icon: Annotated[
        WebUrl | None, Meta(description="The picture beside the text. Default: the app's icon.")
    ] = None
    badge: Annotated[
        WebUrl | None,
        Meta(
            description="The small picture in Android's status bar, of which only the transparency counts. "
            "Default: the one made from icons."
        ),
    ] = None
    image: Annotated[WebUrl | None, Meta(description="A large picture below the text.")] = None
    lang: Annotated[LanguageTag | None, Meta(description="The language of the texts.")] = None
    dir: Annotated[Direction | None, Meta(description="The direction of the texts.")] = None
    tag: Annotated[
        Text | None, Meta(description="A notification replaces the one shown with the same tag.")
    ] = None
    renotify: Annotated[
        bool | None,
        Meta(description="Whether a notification that replaces another alerts again; it needs a tag."),
    ] = None
    require_interaction: Annotated[
        bool | None, Meta(description="Whether it stays until the user acts, where browsers can do that.")
    ] = None
    silent: Annotated[bool | None, Meta(description="Whether it comes without sound and vibration.")] = None
    vibrate: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=10000)], ...],
        Meta(max_length=99, description="Milliseconds of vibration and pause, in turn."),
    ] = ()
    click: Annotated[WebUrl | Target, Meta(description="What a click on the notification's body does.")] = (
        "./"
    )
    close: Annotated[
        WebUrl | CloseTarget | None,
        Meta(description="What happens when the user dismisses it; a URL is posted to."),
    ] = None
    actions: Annotated[
        tuple[NotificationAction, ...],
        Meta(description="Its buttons, unless the message brings its own; browsers show two."),
    ] = ()
    allowed_origins: Annotated[
        tuple[Origin, ...],
        Meta(description="Other origins that messages may lead to; those of the targets here are anyway."),
    ] = ()


class Csrf(Section, frozen=True, kw_only=True):
    """Where the token for the subscription requests comes from, and the header it goes into."""

    cookie: Annotated[Text | None, Meta(description="The name of the cookie that holds the token.")] = None
    meta: Annotated[str, Meta(description="The name of the `<meta>` tag that holds the token.")] | None = None
    header: Annotated[HeaderName, Meta(description="The request header that carries it.")] = "X-CSRFToken"


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
    credentials: Annotated[
        Literal["omit", "same-origin", "include"],
        Meta(
            description="Whether cookies go along, as for fetch; include is for an endpoint of "
            "another origin."
        ),
    ] = "same-origin"
    csrf: Csrf | None = None
    headers: Annotated[
        dict[HeaderName, str], Meta(description="Request headers to send along; every visitor can read them.")
    ] = {}


BadgeRule = Literal["add", "subtract", "set", "clear", "keep"] | Annotated[int, Meta(ge=0)]


class Badge(Section, frozen=True, kw_only=True):
    """How the app's badge counts. A number in a message always wins on push.

    ``set`` shows the badge without a number; an integer shows that number. ``clear_on`` is short for
    ``on_open: clear`` and so on. A rule overrides the default of ``clear_on``, and must not contradict a
    ``clear_on`` that is written.
    """

    on_push: Annotated[BadgeRule, Meta(description="What a push does to it.")] = "add"
    on_click: Annotated[BadgeRule, Meta(description="What a click on a notification does to it.")] = "keep"
    on_close: Annotated[BadgeRule, Meta(description="What dismissing a notification does to it.")] = "keep"
    on_open: Annotated[BadgeRule, Meta(description="What opening the app does to it.")] = "keep"
    clear_on: Annotated[
        tuple[Literal["open", "click", "close"], ...], Meta(description="The events that clear it.")
    ] = ("open", "click")
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
    title: Annotated[
        Text | None, Meta(description="The heading. Default: pwagen's own, in the page's language.")
    ] = None
    body: Annotated[Text | None, Meta(description="The text.")] = None
    dismiss: Annotated[Text | None, Meta(description="What the button says.")] = None
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
    title: Annotated[
        Text | None, Meta(description="The heading. Default: pwagen's own, in the page's language.")
    ] = None
    body: Annotated[Text | None, Meta(description="What the notifications are for.")] = None
    accept: Annotated[
        Text | None, Meta(description="What the button says that leads to the browser's question.")
    ] = None
    dismiss: Annotated[Text | None, Meta(description="What the other button says.")] = None
    back_off: BackOff = ("3d", "7d", "30d")


# --- background, offline, the rest ---------------------------------------------------------------


class SyncNotification(Section, frozen=True, kw_only=True):
    """A notification after a refresh; ``{name}`` stands for a member of the fetched JSON."""

    title: Annotated[Text, Meta(description="Its title.")]
    body: Annotated[str | None, Meta(description="Its text.")] = None
    tag: Annotated[
        Text | None,
        Meta(
            description="It replaces the notification shown with the same tag. Default: the tag of the "
            "refresh."
        ),
    ] = None
    url: Annotated[Url | None, Meta(description="Where a click on it leads.")] = None


class PeriodicSync(Section, frozen=True, kw_only=True):
    """URLs that the browser refreshes in the background from time to time."""

    tag: Annotated[
        str, Meta(min_length=1, max_length=10240, description="Its name: in events, and for the browser.")
    ]
    min_interval: Annotated[
        Duration,
        Meta(
            description="The shortest time between two refreshes; browsers wait longer for sites that are "
            "rarely used."
        ),
    ] = "24h"
    urls: Annotated[
        tuple[Url, ...],
        Meta(min_length=1, description="What is fetched; the first one is JSON if badge or notify read it."),
    ]
    badge: (
        Annotated[
            str, Meta(description="The member of the first URL's JSON that the badge shows, dots for depth.")
        ]
        | None
    ) = None
    notify: SyncNotification | None = None


class Download(Section, frozen=True, kw_only=True):
    """Large files that are fetched when the user asks for them, and kept for offline use."""

    id: Annotated[
        str,
        Meta(
            description="Its name in pages: letters, digits, - and _.",
            extra={"check": "download_id"},
            extra_json_schema=in_schema(patterns.DOWNLOAD_ID),
        ),
    ]
    title: Annotated[str, Meta(min_length=1, description="What the browser shows while it fetches.")]
    urls: Annotated[tuple[Url, ...], Meta(min_length=1, description="The files, of this site.")]
    icon: Annotated[WebUrl | None, Meta(description="The picture that the browser shows with it.")] = None
    stored_title: (
        Annotated[str, Meta(min_length=1, description="What the browser shows when they are stored.")] | None
    ) = None
    failed_title: (
        Annotated[str, Meta(min_length=1, description="What the browser shows if the download fails.")] | None
    ) = None
    url: Annotated[Url | None, Meta(description="Where a click on what the browser shows leads.")] = None


class Route(Section, frozen=True, kw_only=True):
    """How requests for some URLs are answered. The first route that matches counts."""

    match: Annotated[Glob, Meta(description="The URLs that it is for.")]
    strategy: Annotated[
        Literal["network-first", "cache-first", "stale-while-revalidate", "network-only", "cache-only"],
        Meta(description="Who answers: the network or the device, and which of them first."),
    ]
    timeout: Annotated[
        Duration | None, Meta(description="network-first: when to fall back to the cache.")
    ] = None
    max_entries: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="How many responses to keep at most; the oldest go."),
    ] = None
    max_age: Annotated[Duration | None, Meta(description="How long a stored response may be used.")] = None
    personal: Annotated[
        bool,
        Meta(
            description="Store also what is made for one user: answers with `Vary: Cookie` or "
            "`Cache-Control: private`. They go at sign-out, when pwagen.identify() names another user, and "
            "when such a page turns into a redirect, as to a log-in. Default: false, they are not stored.",
            examples=[True],
        ),
    ] = False


class Fallbacks(Section, frozen=True, kw_only=True):
    """Files of `site` that replace what the network could not deliver; stored at installation."""

    image: Annotated[SitePath | None, Meta(description="The picture instead of one that is missing.")] = None
    json: Annotated[
        SitePath | None, Meta(description="The JSON instead of an API's answer, with status 503.")
    ] = None


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
            "Default: pages, styles, scripts, fonts, and pictures of at most 16 KiB; larger ones are stored "
            "when they are shown."
        ),
    ] = None
    precache_add: Annotated[
        tuple[Glob, ...],
        Meta(
            description="Files of `site` that are stored beside those of `precache`. Default: none.",
            examples=[["data/*.json", "files/*.pdf"]],
        ),
    ] = ()
    precache_urls: Annotated[
        tuple[Url, ...],
        Meta(
            description="Addresses without a file, such as pages of Django, Flask or FastAPI, that are "
            "stored at installation and anew with each build and each day. They are asked for without "
            "cookies, unless their route is `personal`; redirects and what varies by cookie are not "
            "stored. Default: none.",
            examples=[["./", "help/"]],
        ),
    ] = ()
    app_shell: Annotated[
        SitePath | None,
        Meta(
            description="The page that answers every address below the app for which there is neither a file "
            "nor a route, as single-page apps need it. Default: none, such addresses are the server's.",
            examples=["index.html"],
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
    max_file_size: Annotated[Size, Meta(description="Larger files are not stored at installation.")] = "2 MiB"
    max_total_size: Annotated[
        Size,
        Meta(description="What all of them may take together; the build reports what does not fit."),
    ] = "16 MiB"
    ignore_params: Annotated[
        tuple[Text, ...],
        Meta(description="Query parameters that don't change a page; `*` at the end matches any rest."),
    ] = ("utm_*", "fbclid", "gclid")
    timeout: Annotated[
        Duration, Meta(description="How long a page may take before its stored copy is shown.")
    ] = "4s"
    never: Annotated[
        tuple[Glob, ...] | None,
        Meta(
            description="Paths that the worker leaves alone. Default: `admin/**`, `accounts/**` and "
            "`api/**`, of which `api/**` doesn't hold for what the site itself has there, if that has pages."
        ),
    ] = None
    routes: Annotated[
        tuple[Route, ...],
        Meta(description="How requests are answered, by URL; the first route that matches counts."),
    ] = ()
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

    match: Annotated[Glob, Meta(description="The URLs of the requests.")]
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
            'already, in the same folder, which begins with importScripts("sw.js"), unless inject.worker is '
            "replace."
        ),
    ] = OWN_WORKER


class Inject(Section, frozen=True, kw_only=True):
    """How `build --inject` treats what the pages already have; a command-line option overrides it."""

    exclude: Annotated[tuple[Glob, ...], Meta(description="Pages that get no tags.")] = ()
    manifest: Annotated[
        Literal["refuse", "keep", "replace"],
        Meta(description="What happens to a manifest that the site already has: refuse stops the build."),
    ] = "refuse"
    worker: Annotated[
        Literal["refuse", "ignore", "replace"],
        Meta(
            description="What to do where pages register another worker: refuse stops the build, replace "
            "puts the app's in place of that of worker.script, of which a copy is kept for --undo."
        ),
    ] = "refuse"


# --- languages -----------------------------------------------------------------------------------


class ShortcutWords(Section, frozen=True, kw_only=True):
    """A shortcut in another language."""

    name: Annotated[Text | None, Meta(description="What the menu shows.")] = None
    short_name: Annotated[Text | None, Meta(description="The name where there is little room.")] = None
    description: Annotated[Text | None, Meta(description="What it is for.")] = None


class AppWords(Section, frozen=True, kw_only=True):
    """The manifest's texts in another language."""

    name: Annotated[Text | None, Meta(description="The app's full name.")] = None
    short_name: Annotated[Text | None, Meta(description="The name under the icon.")] = None
    description: Annotated[Text | None, Meta(description="What the app is for.")] = None
    shortcuts: Annotated[
        dict[Text, Text | ShortcutWords],
        Meta(description="By the url in app.shortcuts: the name, or its members."),
    ] = {}


class NotificationWords(Section, frozen=True, kw_only=True):
    """The texts of notifications in another language; those of a message stay as they are."""

    default: DefaultNotification = DefaultNotification()
    actions: Annotated[
        dict[Text, Text], Meta(description="By the action in notifications.actions: the title.")
    ] = {}


class SyncWords(Section, frozen=True, kw_only=True):
    """A refresh's notification in another language."""

    title: Annotated[Text | None, Meta(description="Its title.")] = None
    body: Annotated[str | None, Meta(description="Its text.")] = None


class Language(Section, frozen=True, kw_only=True):
    """The app in another language than app.lang. What is left out stays in that one."""

    dir: Annotated[
        Direction | None,
        Meta(description="The direction of its texts. Default: the language's own, so rtl for Arabic."),
    ] = None
    app: AppWords = AppWords()
    notifications: NotificationWords = NotificationWords()
    periodic_sync: Annotated[dict[Text, SyncWords], Meta(description="By the tag in periodic_sync.")] = {}
    texts: Annotated[
        dict[Annotated[str, Meta(examples=["NetworkError"], extra={"check": "text_name"})], Text],
        Meta(description="What register.js and the offline page say, in other words than pwagen's own."),
    ] = {}


class Head(Section, frozen=True, kw_only=True):
    """The tags in the head of every page."""

    manifest_crossorigin: Annotated[
        Literal["use-credentials"] | None,
        Meta(description="Sends cookies with the request for the manifest, for a site behind a log-in."),
    ] = None


class Check(Section, frozen=True, kw_only=True):
    """What `pwagen check` looks at; an option of the command overrides it. docs/rules.md has the rules."""

    select: Annotated[
        tuple[Text, ...],
        Meta(description="The only rules that count, by id or by the beginning of ids. Default: all."),
    ] = ()
    ignore: Annotated[tuple[Text, ...], Meta(description="Rules that don't count, written alike.")] = ()
    severity: Annotated[
        dict[Text, Literal["error", "warning", "note"]],
        Meta(description="How bad a finding is, by the rule's id."),
    ] = {}
    fail_on: Annotated[
        Literal["error", "warning", "note", "never"],
        Meta(description="How bad the worst finding has to be for exit code 1."),
    ] = "error"
    baseline: Annotated[
        Text | None,
        Meta(
            description="A file, relative to this one, with findings that are known and don't count; "
            "`pwagen check --write-baseline` writes it."
        ),
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
    example_keys: Annotated[
        tuple[SitePath, ...],
        Meta(
            description="Files of `site` that show private keys which nobody uses, as a manual does. "
            "The one of push.vapid_public_key is refused there as well."
        ),
    ] = ()
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
        Meta(
            description="Large files to keep on request; an empty list is for pages that start downloads "
            "from code alone."
        ),
    ] = None
    offline: Annotated[
        Offline | Literal[False],
        Meta(description="What works without a network; false leaves all of it out."),
    ] = Offline()
    outbox: tuple[OutboxRule, ...] = ()
    update: Annotated[
        Literal["prompt", "auto"],
        Meta(
            description="How a new build gets to open pages: prompt leaves it to the user, auto asks nobody."
        ),
    ] = "prompt"
    languages: Annotated[
        dict[LanguageTag, Language], Meta(description="The app in other languages, by their tags.")
    ] = {}
    worker: Worker = Worker()
    inject: Inject = Inject()
    hosting: Annotated[
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
        | None,
        Meta(description="Your host: `hosting/` then has its settings for the headers that the files need."),
    ] = None
    check: Check = Check()
    minify: Annotated[
        bool, Meta(description="Whether `sw.js` is minified, too. The page's scripts always are.")
    ] = False
