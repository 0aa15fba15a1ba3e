"""The set with pwagen's own functions: python pwagen_icons.py SOURCE FOLDER."""

import gc

gc.disable()  # as pwagen.__main__ and a build do

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from pwagen.artifacts.icons import IconSources, Picture, icon_list  # noqa: E402
from pwagen.artifacts.icons.paint import paint  # noqa: E402

source, folder = Path(sys.argv[1]), Path(sys.argv[2])
sources = IconSources(Picture(source.name, source.read_bytes()), name="Benchmark")
names = [name for name in icon_list(sources) if name.purpose != "monochrome" and name.type != "image/svg+xml"]
(folder / "icons").mkdir(parents=True, exist_ok=True)
for name, content in paint(sources, names).files.items():
    (folder / name.path).write_bytes(content)
gc.freeze()  # nor is anything looked through before it ends
