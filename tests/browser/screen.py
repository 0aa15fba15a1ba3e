"""What a user does with the windows of a screen that belong to the browser itself, not to a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL, POINTER, byref, c_int, c_uint, c_ulong, c_void_p
from typing import Any

Box = tuple[int, int, int, int]


@contextmanager
def _screen() -> Iterator[tuple[CDLL, c_void_p]]:
    """Open the X server of ``DISPLAY``."""
    x11 = CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = c_void_p
    x11.XDefaultRootWindow.restype = c_ulong
    display = c_void_p(x11.XOpenDisplay(None))
    try:
        yield x11, display
    finally:
        x11.XSync(display, 0)
        x11.XCloseDisplay(display)


def dialogs() -> list[Box]:
    """Return (left, top, width, height) of the windows of a question's size."""
    with _screen() as (x11, display):
        root, parent, count = c_ulong(), c_ulong(), c_uint()
        windows = POINTER(c_ulong)()
        top = c_ulong(x11.XDefaultRootWindow(display))
        x11.XQueryTree(display, top, byref(root), byref(parent), byref(windows), byref(count))
        boxes = [_box(x11, display, window) for window in windows[: count.value]]
        # The others are larger, or helpers of a few pixels.
        return [box for box in boxes if 200 < box[2] < 600]


def click(x: int, y: int) -> None:
    """Press and release the mouse's first button at a place of the screen."""
    with _screen() as (_, display):
        xtest = CDLL("libXtst.so.6")
        xtest.XTestFakeMotionEvent(display, c_int(-1), c_int(x), c_int(y), c_ulong(0))
        for pressed in (1, 0):
            xtest.XTestFakeButtonEvent(display, c_uint(1), c_int(pressed), c_ulong(0))


def _box(x11: Any, display: c_void_p, window: int) -> Box:
    root, x, y = c_ulong(), c_int(), c_int()
    width, height, border, depth = c_uint(), c_uint(), c_uint(), c_uint()
    sizes = (byref(width), byref(height), byref(border), byref(depth))
    x11.XGetGeometry(display, c_ulong(window), byref(root), byref(x), byref(y), *sizes)
    return x.value, y.value, width.value, height.value
