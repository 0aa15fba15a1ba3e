"""The set with pwagen's own functions: python pwagen_icons.py SOURCE FOLDER."""

import gc
import sys
from pathlib import Path


def main(source: Path, folder: Path) -> None:
    """Make it without a search for garbage, as pwagen.__main__ and a build do."""
    gc.disable()
    from pwagen.artifacts.icons import IconSources, Picture, icon_list
    from pwagen.artifacts.icons.paint import paint

    sources = IconSources(Picture(source.name, source.read_bytes()), name="Benchmark")
    names = [
        name for name in icon_list(sources) if name.purpose != "monochrome" and name.type != "image/svg+xml"
    ]
    (folder / "icons").mkdir(parents=True, exist_ok=True)
    for name, content in paint(sources, names).files.items():
        (folder / name.path).write_bytes(content)
    gc.freeze()


main(Path(sys.argv[1]), Path(sys.argv[2]))
