"""Sites with one defect each that Lighthouse reports; each is an example as in tests/audit/examples.py."""

from __future__ import annotations

_ICON = '{"src": "icons/%s", "sizes": "%s", "type": "image/png"}'
_MASKABLE = '{"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}'


def _icons(name: str, size: str, *others: str) -> dict[str, str]:
    return {"manifest.json": f'{{"icons": [{", ".join((_ICON % (name, size), *others))}]}}'}


def _viewport(content: str) -> dict[str, str]:
    return {"index.html#viewport": f'<meta name="viewport" content="{content}">'}


LIGHTHOUSE_SITES: dict[str, dict[str, str]] = {
    "a good site": {},
    "no manifest": {"index.html#manifest": ""},
    "a manifest that isn't there": {"index.html#manifest": '<link rel="manifest" href="gone.json">'},
    "a manifest that isn't JSON": {"manifest.json": '{"name": '},
    "no name": {"manifest.json": '{"name": null, "short_name": null}'},
    "a short name alone": {"manifest.json": '{"name": null, "short_name": "Bakery"}'},
    "no start_url": {"manifest.json": '{"start_url": null}'},
    "a start page elsewhere": {"manifest.json": '{"start_url": "https://elsewhere.example/"}'},
    "display: browser": {"manifest.json": '{"display": "browser"}'},
    "display_override: browser": {"manifest.json": '{"display_override": ["browser"]}'},
    "no icon": {"manifest.json": '{"icons": null}'},
    "a small icon": _icons("icon-192.png", "96x96", _MASKABLE),
    "no large icon": _icons(
        "icon-192.png", "192x192", _MASKABLE.replace("512x512", "192x192").replace("maskable-512", "small")
    )
    | {"icons/small.png": '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="192">'
       '<rect width="192" height="192" fill="#7a3e12"/></svg>'},
    "an icon that isn't there": _icons("gone.png", "512x512", _MASKABLE),
    "an icon that is no picture": _icons("text.png", "512x512", _MASKABLE) | {"icons/text.png": "text"},
    "no maskable icon": _icons("icon-512.png", "512x512"),
    "another app is preferred": {
        "manifest.json": '{"prefer_related_applications": true,'
        ' "related_applications": [{"platform": "play", "id": "org.example.bakery"}]}'
    },
    "no background_color": {"manifest.json": '{"background_color": null}'},
    "no theme_color": {"manifest.json": '{"theme_color": null}'},
    "no theme-color in the head": {"index.html#theme": ""},
    "no viewport": {"index.html#viewport": ""},
    "a viewport without a width": _viewport("user-scalable=yes"),
    "a viewport of 1,200 pixels": _viewport("width=1200"),
    "a page that is too wide": {"index.html#head": "<style>h1 { width: 1200px }</style>"},
    "no worker": {"index.html#script": "", "sw.js": "", "app.js": ""},
}  # fmt: skip
