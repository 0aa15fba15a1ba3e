"""Manifests with one or two things changed, from a fixed order, for a comparison with Chromium's verdict."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

BASE: dict[str, Any] = {
    "name": "Bakery",
    "start_url": "./",
    "scope": "./",
    "display": "standalone",
    "icons": [{"src": "icons/icon-192.png", "sizes": "192x192", "type": "image/png"}],
}


def _icon(**members: Any) -> dict[str, Any]:
    return {"icons": [{**BASE["icons"][0], **members}]}


# Each changes members of the base; None takes one out, so that two together stay meaningful.
CHANGES: tuple[dict[str, Any], ...] = (
    {"name": None}, {"name": " "}, {"name": 5}, {"short_name": "Bakery"}, {"short_name": ["B"]},
    {"start_url": None}, {"start_url": 7}, {"start_url": "about/"}, {"start_url": ""},
    {"display": None}, {"display": "browser"}, {"display": "window"}, {"display": "fullscreen"},
    {"display": " Minimal-UI "}, {"display": True},
    {"display_override": ["standalone"]}, {"display_override": ["browser", "standalone"]},
    {"display_override": ["window-controls-overlay"]}, {"display_override": ["nothing", "browser"]},
    {"icons": None}, {"icons": []}, {"icons": {}}, _icon(sizes=None), _icon(sizes="96x96"),
    _icon(sizes="any"),
    _icon(sizes="144x143"), _icon(sizes="144X144"), _icon(sizes="2000x2000"), _icon(type="image/jpeg"),
    _icon(type=None), _icon(purpose="maskable"), _icon(purpose="any maskable"), _icon(purpose="nothing"),
    _icon(purpose="monochrome"), _icon(purpose=""), _icon(src=""),
    {"orientation": "upright"}, {"orientation": "portrait"}, {"orientation": 1},
    {"dir": "up"}, {"dir": "rtl"}, {"theme_color": "7a3e12"}, {"theme_color": "#7a3e12"},
    {"background_color": "rgb(1 2 3 / 50%)"}, {"background_color": "brownish"}, {"scope": "./about/"},
    {"scope": 3}, {"description": 9}, {"lang": "en-GB"}, {"shortcuts": {}}, {"related_applications": "x"},
    {"prefer_related_applications": "true"}, {"shortcuts": [{"name": "About"}]},
    {"shortcuts": [{"name": "About", "url": "about/"}] * 11},
    {"screenshots": [{"src": "a.png", "form_factor": "tv"}]},
    {"protocol_handlers": [{"protocol": "bread", "url": "./?a=%s"}]},
    {"protocol_handlers": [{"protocol": "web+bread", "url": "./?a="}]},
    {"share_target": {"params": {"text": "text"}}}, {"share_target": {"action": "about/"}},
    {"share_target": {"action": "about/", "method": "PUT", "enctype": "text/plain", "params": {}}},
    {"file_handlers": [{"action": "about/", "accept": {"text/csv": "csv"}}]},
    {"related_applications": [{"platform": "play"}]}, {"name_localized": {"x!": "Bakery"}},
)  # fmt: skip


def manifests(count: int) -> list[str]:
    """Return the texts of the first manifests: each change alone, then two at once, spread over all pairs."""
    pairs = list(combinations(CHANGES, 2))
    step = max(1, len(pairs) // max(1, count - len(CHANGES)))
    chosen = [(change,) for change in CHANGES] + pairs[::step]
    return [_text(changes) for changes in chosen[:count]]


def _text(changes: tuple[dict[str, Any], ...]) -> str:
    members = dict(BASE)
    for change in changes:
        members |= change
    return json.dumps({name: value for name, value in members.items() if value is not None})
