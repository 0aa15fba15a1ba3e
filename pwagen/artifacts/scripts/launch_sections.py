"""The sections of CONFIG that come from the manifest's members: what an app can be opened for, and how."""

from __future__ import annotations

from typing import Any

from pwagen.artifacts.launch_targets import plain_pages
from pwagen.config.model import App, ShareTarget, Widget


def launch_section(app: App) -> dict[str, Any] | None:
    """Return CONFIG.launch, None for an app that nothing but its icon opens."""
    pages = [{"kind": kind, "url": url} for kind, _, url in plain_pages(app)]
    if not (pages or app.share_target or app.file_handlers or app.protocol_handlers or app.launch_handler):
        return None
    modes = app.launch_handler.client_mode if app.launch_handler else ()
    return {"pages": pages, "focusExisting": "focus-existing" in modes}


def share_section(target: ShareTarget) -> dict[str, Any]:
    """Return CONFIG.share."""
    names = {name: getattr(target.params, name) for name in ("title", "text", "url")}
    return {
        "action": share_action(target),
        "method": target.method,
        "params": {name: param for name, param in names.items() if param},
        "files": [file.name for file in target.params.files or ()],
    }


def share_action(target: ShareTarget) -> str:
    """Return the URL that shares are sent to."""
    return target.action.partition("#")[0]


def has_window(app: App) -> bool:
    """Tell whether the app may have a window of its own."""
    return {app.display, *app.display_override} != {"browser"}


def widget_entry(widget: Widget) -> dict[str, Any]:
    """Return an entry of CONFIG.widgets."""
    members = {
        "tag": widget.tag,
        "template": widget.ms_ac_template,
        "data": widget.data,
        # Milliseconds, as all of CONFIG's durations; the manifest's are seconds.
        "update": widget.update and widget.update * 1000,
    }
    return {name: value for name, value in members.items() if value}
