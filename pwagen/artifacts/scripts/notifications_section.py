"""CONFIG.notifications: what notifications look like, and where clicks on them lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pwagen.artifacts.scripts.config_members import config_members
from pwagen.config.model import CloseTarget, NotificationAction, Notifications, Target

# All other members are options of showNotification.
NO_OPTIONS = ("default", "click", "close", "actions", "allowed_origins")


def notifications_section(
    section: Notifications, app_name: str, icon: str | None, badge_icon: str | None
) -> dict[str, Any]:
    """Return the section; ``icon`` and ``badge_icon`` are the icons that notifications fall back on."""
    options = config_members(section, leave_out=NO_OPTIONS)
    generated = {name: url for name, url in (("icon", icon), ("badge", badge_icon)) if url}
    targets = {action.action: _target(action, "open") for action in section.actions}
    click = _target(section.click, "open")
    close = {"close": _target(section.close, "post")} if section.close else {}
    # To name a target elsewhere is to allow it; messages get no further than that.
    urls = (urlsplit(target.get("url", "")) for target in (click, *targets.values(), *close.values()))
    origins = [f"{url.scheme}://{url.netloc}" for url in urls if url.netloc]
    return {
        "default": {"title": app_name} | config_members(section.default),
        "options": {name: value for name, value in (generated | options).items() if value != []},
        "actions": [config_members(action, leave_out=("do", "url")) for action in section.actions],
        "targets": targets,
        "click": click,
        **close,
        "allowedOrigins": list(dict.fromkeys([*section.allowed_origins, *origins])),
    }


def _target(target: str | Target | CloseTarget | NotificationAction, do: str) -> dict[str, str]:
    """Return a target; a bare URL means ``do``."""
    if isinstance(target, str):
        return {"do": do, "url": target}
    return {"do": target.do} | ({} if target.url is None else {"url": target.url})
