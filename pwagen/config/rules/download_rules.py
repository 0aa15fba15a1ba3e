"""What one field of `downloads` alone cannot say."""

from __future__ import annotations

from pwagen.binding.context import Context
from pwagen.config.rules.uncached_urls import uncached_url


def check_downloads(context: Context) -> None:
    """Note downloads that share a name, and files that would be stored and never be answered with."""
    entries = list(context.each("downloads"))
    context.unique(((*path, "id") for path, _ in entries), "id")
    reason = uncached_url(context)
    for entry, _ in entries:
        for path, url in context.each(*entry, "urls"):
            if found := reason(url):
                note = context.error if found.certain else context.warning
                note(path, found.message, f"move the file, or {found.remedy}")
