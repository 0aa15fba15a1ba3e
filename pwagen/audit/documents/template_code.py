"""Files that a template engine has yet to fill in: what they lead to isn't known."""

from __future__ import annotations

import re

# Jinja, Django, Handlebars and Vue; EJS, ERB and PHP; Create React App; template literals.
_TEMPLATE_CODE = re.compile(r"\{[{%#]|<[?%]|%\w{2,}%|\$\{")


def is_template(text: str) -> bool:
    """Whether a text is the source of another one, rather than what a browser gets."""
    return bool(_TEMPLATE_CODE.search(text))
