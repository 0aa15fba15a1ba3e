"""What one field of `app` or `icons` alone cannot say."""

from __future__ import annotations

from msgspec.structs import replace

from pwagen.binding.context import Context
from pwagen.binding.crumbs import Path
from pwagen.config.installable_icons import SMALLEST_PX, none_allows_installing
from pwagen.config.model import Config, Monogram
from pwagen.config.scope import is_within_scope

DEFAULT_SCOPE = "./"
SHORTCUTS_SHOWN = 10


def check_app(context: Context) -> None:
    """Note what does not fit together in the manifest."""
    _scope(context)
    _display(context)
    _share_target(context)
    _related_applications(context)
    if len(context.get("app", "shortcuts") or ()) > SHORTCUTS_SHOWN:
        message = f"browsers read the first {SHORTCUTS_SHOWN} shortcuts"
        context.warning(("app", "shortcuts", SHORTCUTS_SHOWN), message, "remove it, or write it further up")


def _scope(context: Context) -> None:
    if not context.is_good("app", "scope"):
        return
    scope = context.get("app", "scope") or DEFAULT_SCOPE
    quoted_scope = f'"{scope}"' if context.is_written("app", "scope") else f'"{scope}", which is the default'
    for path in _urls_within(context):
        url = context.get(*path)
        if url is not None and is_within_scope(url, scope) is False:
            fix = "move it below the scope, or widen app.scope"
            context.error(path, f'"{url}" is outside the scope {quoted_scope}', fix)


def _urls_within(context: Context) -> list[Path]:
    """Return the paths of the members that the specifications want within the scope."""
    paths: list[Path] = [("app", "start_url"), ("app", "share_target", "action")]
    paths += [("app", "note_taking", "new_note_url"), ("app", "lock_screen", "start_url")]
    paths.append(("app", "tab_strip", "new_tab_button", "url"))
    for members, name in (("shortcuts", "url"), ("file_handlers", "action"), ("protocol_handlers", "url")):
        paths += [(*path, name) for path, _ in context.each("app", members)]
    return paths


def _display(context: Context) -> None:
    override = context.get("app", "display_override") or ()
    context.unique((path for path, _ in context.each("app", "display_override")), "display mode")
    if context.get("app", "display") == "browser" and not {"standalone", "minimal-ui", "fullscreen"} & set(
        override
    ):
        context.warning(
            ("app", "display"), 'browsers don\'t offer to install an app with "browser"', 'write "standalone"'
        )
    if (
        context.is_written("app", "tab_strip")
        and context.get("app", "tab_strip")
        and "tabbed" not in override
    ):
        context.warning(
            ("app", "tab_strip"), "has no effect without tabs", "add tabbed to app.display_override"
        )


def _share_target(context: Context) -> None:
    path = ("app", "share_target")
    target = context.get(*path)
    if target is None or not all(context.is_good(*path, name) for name in ("method", "enctype", "params")):
        return
    params, multipart = target.params, target.enctype == "multipart/form-data"
    if params.files and not (target.method == "POST" and multipart):
        fix = "write method: POST and enctype: multipart/form-data"
        context.error(
            (*path, "params", "files"), "files can only be sent by POST as multipart/form-data", fix
        )
    elif multipart and target.method == "GET":
        context.error(
            (*path, "enctype"), "GET sends no multipart/form-data", "write method: POST, or remove enctype"
        )
    if not any((params.title, params.text, params.url, params.files)):
        context.error(
            (*path, "params"), "no part of what is shared would arrive", "write title, text, url or files"
        )


def _related_applications(context: Context) -> None:
    for path, entry in context.each("app", "related_applications"):
        if context.is_good(*path, "url") and context.is_good(*path, "id") and not entry.url and not entry.id:
            context.error(path, "does not name an application", "write its url or its id")
    if context.get("app", "prefer_related_applications") and not context.is_written(
        "app", "related_applications"
    ):
        path = ("app", "prefer_related_applications")
        context.warning(path, "there are no related applications to prefer", "add app.related_applications")


def settle_icons(config: Config) -> Config:
    """Return the config with a monogram if it says nothing of icons, so that every app can be installed."""
    icons = config.icons
    if icons.source or icons.files or icons.monogram:
        return config
    return replace(config, icons=replace(icons, monogram=Monogram()))


def check_icons(context: Context) -> None:
    """Note what does not fit together among the icons."""
    source, files = context.get("icons", "source"), context.get("icons", "files")
    for name in ("ios_splash", "open_graph") if files else ():
        if context.get("icons", name):
            message = "is made from icons.source, which is missing"
            context.error(("icons", name), message, "name a picture there, in place of files")
    has_monogram = context.get("icons", "monogram") is not None
    if context.is_written("icons", "source") and files:
        context.error(("icons", "files"), "both source and files say what the icons are", "keep one of them")
    elif has_monogram and (source or files):
        other = "source" if source else "files"
        message = f"both monogram and {other} say what the icons are"
        context.error(("icons", "monogram"), message, "keep one of them")
    elif not context.is_written("icons", "source"):
        for name in ("maskable", "badge", "background"):
            if context.is_written("icons", name) and context.get("icons", name) is not None:
                context.error(("icons", name), "needs icons.source, which is missing", "add icons.source")
        if not files and context.is_good("icons", "files") and context.is_good("icons", "monogram"):
            path = ("icons", "monogram") if has_monogram else ("icons",)
            fix = "write icons: {source: logo.svg} then, with an SVG or PNG of yours"
            context.warning(path, "the icons are a placeholder, until there is a logo", fix)
        elif files and none_allows_installing(icon for icon in files if icon and icon.src):
            message = (
                f"none has the purpose any and at least {SMALLEST_PX}×{SMALLEST_PX} pixels, which installing "
                "needs, so the app's initials stand in"
            )
            context.warning(("icons", "files"), message, "add one, as PNG, SVG or WebP")
