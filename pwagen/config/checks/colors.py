"""CSS colours, by the grammar of CSS Color Module Level 4 (https://www.w3.org/TR/css-color-4/).

A build checks two or three of them. tinycss2 takes 20 ms to import, a third of `pwagen --version`; the SVG
renderer, which turns colours into pixels when icons are painted, takes longer.
"""

from __future__ import annotations

import re

from pwagen.binding.invalid_value import InvalidValue
from pwagen.binding.words import nearest

_NAMES = """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid
    darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet
    deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro
    ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki
    lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow
    lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine
    mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise
    mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab
    orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru
    pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen
    seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle
    tomato transparent turquoise violet wheat white whitesmoke yellow yellowgreen
"""
NAMES = frozenset(_NAMES.split())

LONGEST = 100
NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
PERCENTAGE = NUMBER + "%"
ANY = f"(?:{NUMBER}%?|none)"
HUE = f"(?:{NUMBER}(?:deg|grad|rad|turn)?|none)"
ALPHA = rf"(?:\s*/\s*{ANY})?"
OLD_ALPHA = rf"(?:\s*,\s*{NUMBER}%?)?"
SPACES = "srgb|srgb-linear|display-p3|a98-rgb|prophoto-rgb|rec2020|xyz|xyz-d50|xyz-d65"


def check_color(text: str) -> InvalidValue | None:
    """Judge a colour: a name, hexadecimal, or a colour function without variables."""
    color = text.strip().lower()
    if len(color) > LONGEST:
        return InvalidValue("is too long for a CSS colour", 'write it like "#0b3d5c"')
    if color in NAMES or re.fullmatch(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", color):
        return None
    name = color.partition("(")[0]
    if any(re.fullmatch(pattern, color) for names, pattern in _functions() if name in names):
        return None
    return InvalidValue("is not a CSS colour", _fix(color))


def _functions() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return (names, pattern) of the colour functions, the modern syntax first, then the one with commas."""
    comma = r"\s*,\s*"
    rgb, hsl = ("rgb", "rgba"), ("hsl", "hsla")
    return (
        (rgb, rf"rgba?\(\s*{ANY}\s+{ANY}\s+{ANY}{ALPHA}\s*\)"),
        ((*hsl, "hwb"), rf"(?:hsla?|hwb)\(\s*{HUE}\s+{ANY}\s+{ANY}{ALPHA}\s*\)"),
        (("lab", "oklab"), rf"(?:ok)?lab\(\s*{ANY}\s+{ANY}\s+{ANY}{ALPHA}\s*\)"),
        (("lch", "oklch"), rf"(?:ok)?lch\(\s*{ANY}\s+{ANY}\s+{HUE}{ALPHA}\s*\)"),
        (("color",), rf"color\(\s*(?:{SPACES})\s+{ANY}\s+{ANY}\s+{ANY}{ALPHA}\s*\)"),
        (rgb, rf"rgba?\(\s*{NUMBER}{comma}{NUMBER}{comma}{NUMBER}{OLD_ALPHA}\s*\)"),
        (rgb, rf"rgba?\(\s*{PERCENTAGE}{comma}{PERCENTAGE}{comma}{PERCENTAGE}{OLD_ALPHA}\s*\)"),
        (hsl, rf"hsla?\(\s*{HUE}{comma}{PERCENTAGE}{comma}{PERCENTAGE}{OLD_ALPHA}\s*\)"),
    )


def _fix(color: str) -> str:
    if re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8}", color):
        return f'write "#{color}"'
    if color.startswith("#"):
        return "write # and 3, 4, 6 or 8 hexadecimal digits, in quotes"
    if color.startswith("0x"):
        return f'write "#{color[2:]}"' if len(color) == 8 else 'write it like "#0b3d5c"'
    if "(" not in color and (name := nearest(color, NAMES, cutoff=0.8)):
        return f'did you mean "{name}"?'
    return 'write a name, "#0b3d5c", or a function such as "rgb(11 61 92)"'
