"""The next build of a site as a deployment brings it: other bytes in a page and in the worker. Pure."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping

MARK = "pwagen-test-build"
"""The name of the <meta> element that tells the builds of a page apart."""

_MARK = re.compile(rb'<meta name="pwagen-test-build" content="\d+">')
_ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")


def next_build(files: Mapping[str, bytes], page: str, worker: str, number: int) -> dict[str, bytes]:
    """Return path -> content of what differs in build ``number``.

    ``files`` holds the page, the worker and every file that may list the page's hash, as precaches do.
    """
    old_page = files[page]
    new_page = marked_page(old_page, number)
    changed = {page: new_page}
    for path, content in files.items():
        if path != page:
            new = _with_new_hashes(content, old_page, new_page)
            if path == worker:
                new += b"\n// build %d\n" % number
            if new != content:
                changed[path] = new
    return changed


def marked_page(page: bytes, number: int) -> bytes:
    """Return the page with the mark of build ``number`` in its head, instead of an earlier one."""
    mark = b'<meta name="%b" content="%d">' % (MARK.encode(), number)
    if _MARK.search(page):
        return _MARK.sub(mark, page)
    head = re.search(rb"<head(\s[^>]*)?>", page, re.IGNORECASE)
    at = head.end() if head else len(page)
    return page[:at] + mark + page[at:]


def _with_new_hashes(content: bytes, old: bytes, new: bytes) -> bytes:
    for algorithm in _ALGORITHMS:
        before, after = hashlib.new(algorithm, old), hashlib.new(algorithm, new)
        content = content.replace(before.hexdigest().encode(), after.hexdigest().encode())
        content = content.replace(b64encode(before.digest()), b64encode(after.digest()))
    return content
