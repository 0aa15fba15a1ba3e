"""The colours of a site, where its style sheets name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pwagen.config.checks.colors import NAMES, check_color
from pwagen.site.stylesheets import Sheet, StyleRule

_MOST_LOOKUPS = 8
_VARIABLE = re.compile(r"var\(\s*(--[\w-]{1,100})\s*(?:,\s*([^()]{1,100}))?\)")
_COLOR_IN_TEXT = re.compile(r"#[0-9a-f]{3,8}\b|\b[a-z]{1,10}\([^()]{1,100}\)|\b[a-z]{3,20}\b", re.IGNORECASE)
# In the order in which they say what the site's colour is; frameworks put a word of their own before it.
_THEME_NAMES = (
    re.compile(r"--theme-color"),
    re.compile(r"--(?:[a-z]{1,9}-)?(?:color-)?brand(?:-color)?"),
    re.compile(r"--(?:[a-z]{1,9}-)?(?:color-)?primary(?:-(?:fg-)?color|-500|-600)?"),
    re.compile(r"--(?:[a-z]{1,9}-)?(?:color-)?accent(?:-color)?"),
)
_BACKGROUND_NAMES = (re.compile(r"--(?:[a-z]{1,9}-)?(?:color-)?(?:bg|background|body-bg)(?:-color)?"),)
_HEADER = re.compile(
    r"(?:body\s*>?\s*)?(?:header|nav|[.#](?:site-|page-|main-|top-?)?(?:header|navbar|nav|bar|topbar))(?:[.#][\w-]+)?"
)
_PAGE = re.compile(r"html|body|:root")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
_DARK_SELECTOR = re.compile(r"""\bdark\b|\[data-(?:bs-)?theme="?'?(?!light)""")


@dataclass(frozen=True)
class SiteColors:
    """The colour of a site's frame and the one behind its pages; empty where the style sheets name none."""

    theme: str = ""
    background: str = ""


NO_COLORS = SiteColors()


def colors_in_css(sheets: Iterable[Sheet]) -> tuple[SiteColors, SiteColors]:
    """Return the colours of a site by its style sheets, light and dark."""
    rules = [rule for sheet in sheets for rule in sheet.rules]
    light = [rule for rule in rules if is_light(rule)]
    dark = [rule for rule in rules if _DARK.search(rule.conditions)]
    return _colors(light, light), _colors(dark, [*light, *dark])


def is_light(rule: StyleRule) -> bool:
    """Tell whether a rule counts without any condition, such as that of a dark scheme."""
    return not rule.conditions and not _DARK_SELECTOR.search(rule.selector)


def variables_in(rules: Iterable[StyleRule]) -> dict[str, str]:
    """Return the values of custom properties, the last of each name."""
    return {
        name: value for rule in rules for name, value in rule.declarations.items() if name.startswith("--")
    }


def resolved(text: str, variables: dict[str, str]) -> str:
    """Return a text with the values of the variables in it; unknown ones without a default are empty."""
    for _ in range(_MOST_LOOKUPS):
        longer = _VARIABLE.sub(lambda found: variables.get(found[1], found[2] or ""), text)
        if longer == text:
            break
        text = longer
    return text


def _colors(rules: list[StyleRule], all_rules: list[StyleRule]) -> SiteColors:
    variables = variables_in(all_rules)
    # What a dark sheet changes may be a variable alone, which rules of the light one use.
    changed = {name for rule in rules for name in rule.declarations if name.startswith("--")}
    theme = [
        *_named(_THEME_NAMES, changed, variables),
        *_backgrounds(_HEADER, rules, all_rules, changed, variables),
    ]
    background = [
        *_backgrounds(_PAGE, rules, all_rules, changed, variables),
        *_named(_BACKGROUND_NAMES, changed, variables),
    ]
    return SiteColors(next(iter(theme), ""), next(iter(background), ""))


def _named(
    patterns: Iterable[re.Pattern[str]], names: Iterable[str], variables: dict[str, str]
) -> Iterator[str]:
    for pattern in patterns:
        for name in sorted(names):
            if pattern.fullmatch(name) and (color := opaque_color(variables[name], variables)):
                yield color


def _backgrounds(
    selector: re.Pattern[str],
    rules: list[StyleRule],
    all_rules: list[StyleRule],
    changed: set[str],
    variables: dict[str, str],
) -> Iterator[str]:
    """Yield the backgrounds of what a selector is for, those of the last rules first."""
    for rule in reversed(all_rules):
        if not any(selector.fullmatch(part.strip()) for part in rule.selector.split(",")):
            continue
        value = rule.declarations.get("background-color") or rule.declarations.get("background", "")
        uses = {found[0] for found in _VARIABLE.findall(value)}
        if (rule in rules or uses & changed) and (color := opaque_color(value, variables)):
            yield color


def opaque_color(value: str, variables: dict[str, str]) -> str:
    """Return the first opaque colour in a value, its variables replaced; empty if there is none."""
    value = resolved(value[:500], variables)[:500]
    if "gradient(" in value or "url(" in value:
        return ""
    for text in _COLOR_IN_TEXT.findall(value):
        if text.lower() == "transparent" or (text.isalpha() and text.lower() not in NAMES):
            continue
        if check_color(text) is None and not _is_translucent(text):
            return str(text)
    return ""


def _is_translucent(color: str) -> bool:
    if color.startswith("#"):
        return len(color) in (5, 9)
    return "/" in color or color.lower().startswith(("rgba", "hsla"))
