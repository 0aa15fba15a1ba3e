"""Regular expressions that the judges of values and the JSON Schema share, in the syntax of both."""

from __future__ import annotations

from typing import Any

DURATION = r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(ms|s|m|h|d|w)"
SIZE = r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?(B|[kMG]B|[KMG]iB)"
# RFC 5646, section 2.1: language, script, region, variants, extensions, private use.
LANGUAGE = (
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[A-WY-Za-wy-z0-9](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"
)
# https://www.w3.org/TR/image-resource/#sizes-member
ICON_SIZES = r"(?:[1-9][0-9]{0,4}x[1-9][0-9]{0,4}|any)(?: +(?:[1-9][0-9]{0,4}x[1-9][0-9]{0,4}|any))*"
# RFC 6838, section 4.2
MEDIA_TYPE = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
EXTENSION = r"\.[A-Za-z0-9_+-]{1,32}(?:\.[A-Za-z0-9_+-]{1,32})*"
# RFC 9110, section 5.6.2
HEADER_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
# 65 bytes whose first is 4, in base64url without padding.
VAPID_PUBLIC_KEY = r"B[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]"

# What attributes, locks and the browser's own lists of downloads take as a name without escaping.
DOWNLOAD_ID = r"[A-Za-z0-9_-]{1,64}"


def in_schema(pattern: str) -> dict[str, Any]:
    """Return the JSON Schema keyword that wants a whole value to match."""
    return {"pattern": f"^(?:{pattern})$"}
