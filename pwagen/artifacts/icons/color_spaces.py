"""CSS colours outside of sRGB as sRGB (https://www.w3.org/TR/css-color-4/#color-conversion-code).

The renderer of drawings knows none of these functions; Tailwind CSS, for one, writes all its colours so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

_FUNCTION = re.compile(
    r"(?:(?P<name>(?:ok)?(?:lab|lch))\(|color\(\s*(?P<space>[a-z][a-z\d-]*)\s)(?P<values>[^()/]*)(?:/(?P<alpha>[^()/]*))?\)"
)
# Degrees a unit.
_ANGLES = {"deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}

_Three = tuple[float, float, float]
_Matrix = tuple[_Three, _Three, _Three]

_XYZ_TO_SRGB: _Matrix = (
    (3.2409699419, -1.5373831776, -0.4986107603),
    (-0.9692436363, 1.8759675015, 0.0415550574),
    (0.0556300797, -0.2039769589, 1.0569715142),
)
_D50_TO_D65: _Matrix = (
    (0.9554734528, -0.0230985368, 0.0632593087),
    (-0.0283697070, 1.0099954580, 0.0210413990),
    (0.0123140017, -0.0205076964, 1.3303659366),
)
_OKLAB_TO_LMS: _Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_LMS_TO_XYZ: _Matrix = (
    (1.2268798758, -0.5578149945, 0.2813910456),
    (-0.0405757452, 1.1122868033, -0.0717110580),
    (-0.0763729367, -0.4214933324, 1.5869240198),
)
# Of color(): the matrix to CIE XYZ.
_TO_XYZ: dict[str, _Matrix] = {
    "display-p3": (
        (0.4865709486, 0.2656676932, 0.1982172852),
        (0.2289745641, 0.6917385218, 0.0792869141),
        (0.0, 0.0451133819, 1.0439443689),
    ),
    "a98-rgb": (
        (0.5766690429, 0.1855582379, 0.1882286462),
        (0.2973449753, 0.6273635663, 0.0752914585),
        (0.0270313614, 0.0706888525, 0.9913375368),
    ),
    "rec2020": (
        (0.6369580483, 0.1446169036, 0.1688809752),
        (0.2627002120, 0.6779980715, 0.0593017165),
        (0.0, 0.0280726930, 1.0609850577),
    ),
    "prophoto-rgb": (
        (0.7977666449, 0.1351812974, 0.0313477341),
        (0.2880748288, 0.7118352342, 0.0000899369),
        (0.0, 0.0, 0.8251046025),
    ),
}
_D50: _Three = (0.3457 / 0.3585, 1.0, (1 - 0.3457 - 0.3585) / 0.3585)


def srgb_of(color: str) -> tuple[float, float, float, float] | None:
    """Return red, green, blue and alpha from 0 to 1, None if it is none of these functions.

    What sRGB cannot show is cut off, channel by channel, as browsers do.
    """
    function = _FUNCTION.fullmatch(color.strip().lower())
    if not function:
        return None
    name, values = function["name"] or function["space"], function["values"].split()
    convert = _CONVERTERS.get(name)
    if convert is None or len(values) != 3:
        return None
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in convert(*_numbers(name, values)))
    alpha = min(1.0, max(0.0, _number(function["alpha"].strip(), 1))) if function["alpha"] else 1.0
    return red, green, blue, alpha


def _numbers(name: str, values: Sequence[str]) -> _Three:
    """Return three numbers, of which each percentage is a part of what 100 % is in the colour space."""
    whole = {"lab": (100, 125, 125), "lch": (100, 150, 1), "oklab": (1, 0.4, 0.4), "oklch": (1, 0.4, 1)}
    one, other, third = map(_number, values, whole.get(name, (1, 1, 1)))
    # Lightness has two ends.
    return (min(max(one, 0), whole[name][0]) if name in whole else one), other, third


def _number(text: str, whole: float) -> float:
    if text == "none":
        return 0.0
    if text.endswith("%"):
        return float(text[:-1]) / 100 * whole
    unit = re.search(r"(?:deg|grad|rad|turn)$", text)
    return float(text[: unit.start()]) * _ANGLES[unit[0]] if unit else float(text)


def _times(matrix: _Matrix, vector: _Three) -> _Three:
    one, other, third = (sum(map(float.__mul__, row, vector)) for row in matrix)
    return one, other, third


def _each(function: Callable[[float], float], vector: _Three) -> _Three:
    one, other, third = map(function, vector)
    return one, other, third


def _polar(lightness: float, chroma: float, hue: float) -> _Three:
    angle = math.radians(hue)
    return lightness, max(0.0, chroma) * math.cos(angle), max(0.0, chroma) * math.sin(angle)


def _encoded(channel: float) -> float:
    if abs(channel) <= 0.0031308:
        return 12.92 * channel
    return math.copysign(1.055 * abs(channel) ** (1 / 2.4) - 0.055, channel)


def _decoded(channel: float) -> float:
    size = abs(channel)
    return math.copysign(size / 12.92 if size <= 0.04045 else ((size + 0.055) / 1.055) ** 2.4, channel)


def _from_linear(*channels: float) -> _Three:
    one, other, third = map(_encoded, channels)
    return one, other, third


def _from_xyz(*xyz: float) -> _Three:
    one, other, third = xyz
    return _from_linear(*_times(_XYZ_TO_SRGB, (one, other, third)))


def _from_xyz_d50(*xyz: float) -> _Three:
    one, other, third = xyz
    return _from_xyz(*_times(_D50_TO_D65, (one, other, third)))


def _from_lab(lightness: float, a: float, b: float) -> _Three:
    middle = (lightness + 16) / 116

    def part(value: float) -> float:
        return value**3 if value**3 > 216 / 24389 else (116 * value - 16) / (24389 / 27)

    parts = _each(part, (middle + a / 500, middle, middle - b / 200))
    return _from_xyz_d50(*map(float.__mul__, parts, _D50))


def _from_oklab(lightness: float, a: float, b: float) -> _Three:
    return _from_xyz(
        *_times(_LMS_TO_XYZ, _each(lambda cone: cone**3, _times(_OKLAB_TO_LMS, (lightness, a, b))))
    )


def _from_rgb_space(
    name: str, decoded: Callable[[float], float], then: Callable[..., _Three] = _from_xyz
) -> Callable[..., _Three]:
    return lambda *channels: then(*_times(_TO_XYZ[name], _each(decoded, channels)))


def _power(exponent: float) -> Callable[[float], float]:
    return lambda channel: math.copysign(abs(channel) ** exponent, channel)


def _rec2020_decoded(channel: float) -> float:
    alpha, beta = 1.09929682680944, 0.018053968510807
    size = abs(channel)
    linear = size / 4.5 if size < beta * 4.5 else ((size + alpha - 1) / alpha) ** (1 / 0.45)
    return math.copysign(linear, channel)


def _prophoto_decoded(channel: float) -> float:
    size = abs(channel)
    return math.copysign(size / 16 if size <= 16 / 512 else size**1.8, channel)


_CONVERTERS: dict[str, Callable[..., _Three]] = {
    "lab": _from_lab,
    "lch": lambda *values: _from_lab(*_polar(*values)),
    "oklab": _from_oklab,
    "oklch": lambda *values: _from_oklab(*_polar(*values)),
    "srgb": lambda *channels: channels,
    "srgb-linear": _from_linear,
    "xyz": _from_xyz,
    "xyz-d65": _from_xyz,
    "xyz-d50": _from_xyz_d50,
    "display-p3": _from_rgb_space("display-p3", _decoded),
    "a98-rgb": _from_rgb_space("a98-rgb", _power(563 / 256)),
    "rec2020": _from_rgb_space("rec2020", _rec2020_decoded),
    "prophoto-rgb": _from_rgb_space("prophoto-rgb", _prophoto_decoded, _from_xyz_d50),
}
