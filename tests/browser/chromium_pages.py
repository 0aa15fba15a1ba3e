"""What tests ask pages of Chromium that may be about to leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEFT = re.compile("Execution context was destroyed|Cannot find context")


def value_in(page: Page, expression: str) -> Any:
    """Return an expression's value, None from a page that is just being left."""
    from playwright.sync_api import Error

    try:
        return page.evaluate(expression)
    except Error as error:
        if not LEFT.search(str(error)):
            raise
        return None
