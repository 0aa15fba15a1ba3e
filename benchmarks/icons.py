"""How long the icons of an app take, how large they are and how right, beside what makes them with Node.js.

    python benchmarks/icons.py [--rounds 5] [--drawings N] [--without NAME …] [--write]
    python benchmarks/icons.py --renderers [--write]

The same set for each, of each drawing in icon_drawings.txt: 192 and 512 pixels, both with room for a mask,
too, 180 for Apple, and favicon.ico with 16, 32 and 48. Whole processes that write files, in rounds that take
turns; the time of the processor, which a busy machine changes least, and that on the clock. `pwagen build`
makes a badge, the SVG and everything else of an app as well. pwa-asset-generator has no favicon.ico and one
picture for both kinds: it makes four files, in Chromium. @vite-pwa/assets-generator puts one picture into
favicon.ico, and shows a drawing as large as its file says, scaled up.

The structural similarity (SSIM, https://doi.org/10.1109/TIP.2003.819861; 1 is the same) of the two plain
pictures, in lightness, on white and on black, to Chromium's rendering at 2,048 pixels, scaled down. The peers
are installed into a temporary folder with npm.

--renderers paints each drawing of tests/browser/drawings.txt, a kind of SVG each, with the renderer of
pwagen, with resvg and with Skia (pip install resvg-py skia-python), and counts those that Chromium paints
alike.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pyvips
from npm import install
from processes import Run, Runs, run
from renderers import compare_renderers
from tables import text_table, write_table

from pwagen.artifacts.icons import Picture
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.find_browser import find_chromium
from tests.browser.svg_drawings import in_chromium

HERE = Path(__file__).parent
SCRIPTS = HERE / "icon_peers"
DRAWINGS = HERE / "icon_drawings.txt"
PACKAGES = {
    "favicons": "7.3.1",
    "@vite-pwa/assets-generator": "2.0.0",
    "pwa-asset-generator": "8.1.7",
    "sharp": "0.35.5",
}
PWAGEN, BUILD, CHROMIUM_PEER = "pwagen, icons alone", "pwagen build, and all else", "pwa-asset-generator"
PEERS = {
    "sharp": "sharp.mjs",
    "favicons": "favicons.mjs",
    "@vite-pwa/assets-generator": "assets-generator.mjs",
}
REFERENCE_PX = 2048
PLAIN = {
    192: ("any-192.png", "icons/icon-192.png", "manifest-icon-192.maskable.png"),
    512: ("any-512.png", "icons/icon-512.png", "manifest-icon-512.maskable.png"),
}
"""The names of the plain pictures, of which each tool has one a size."""
NOT_IN_THE_SET = ("icons/badge-96.png", "icons/favicon.svg")
COLUMNS = ["all drawings, a process each", "seconds", "processor", "bytes", "files", "SSIM, mean", "least"]
Tool = Callable[[Path, Path], Run]
"""Makes the set of a source in a folder."""


def drawings(most: int | None = None) -> dict[str, str]:
    """Return the SVG files by their names, the first ones if there is a ``most``."""
    lines = [line for line in DRAWINGS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    named = (line.split(" | ", 1) for line in lines)
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    return {name.replace(" ", "-"): f"{head}{inner}</svg>" for name, inner in [*named][:most]}


def tools(folder: Path, names: list[str]) -> dict[str, Tool]:
    """Return pwagen's and those of the peers, which are installed in ``folder``."""
    # As in any project that was built before: with Python's bytecode, without a cache of these icons.
    python = {"PYTHONDONTWRITEBYTECODE": ""}
    script = SCRIPTS / "pwagen_icons.py"

    def build(source: Path, out: Path) -> Run:
        out.mkdir()
        shutil.copy(source, out)
        config = f"app: {{name: Benchmark}}\nicons: {{source: {source.name}}}\n"
        (out / "pwagen.yaml").write_text(config, encoding="utf-8")
        return run([sys.executable, "-m", "pwagen", "build"], out, python)

    def peer(name: str) -> Tool:
        return lambda source, out: run(["node", PEERS[name], source, out], folder)

    def in_chromium(source: Path, out: Path) -> Run:
        options = [
            "--icon-only",
            "--favicon",
            "--opaque",
            "false",
            "--padding",
            "0",
            "--type",
            "png",
            "--log",
        ]
        cli = "node_modules/pwa-asset-generator/bin/cli.js"
        command: list[str | Path] = ["node", cli, source, out, *options, "false"]
        return run(command, folder, {"CHROME_PATH": str(folder / "chromium")})

    made: dict[str, Tool] = {
        PWAGEN: lambda source, out: run([sys.executable, script, source, out], folder, python),
        BUILD: build,
    }
    return made | {name: in_chromium if name == CHROMIUM_PEER else peer(name) for name in names}


def prepare(folder: Path) -> None:
    """Put the scripts and a starter of Chromium, which root needs, beside the packages."""
    for script in SCRIPTS.glob("*.mjs"):
        shutil.copy(script, folder)
    sandbox = "" if os.getuid() else " --no-sandbox"
    (folder / "chromium").write_text(f'#!/bin/sh\nexec "{find_chromium()}"{sandbox} "$@"\n', encoding="utf-8")
    (folder / "chromium").chmod(0o755)


def similarity(one: pyvips.Image, other: pyvips.Image) -> float:
    """Return the lower SSIM of two images of a size, over white and over black, 1 if they are the same."""
    return min(
        _ssim(*(image.flatten(background=[shade] * 3).colourspace("b-w")[0] for image in (one, other)))
        for shade in (0, 255)
    )


def _ssim(one: pyvips.Image, other: pyvips.Image) -> float:
    """Return the mean over all windows, a Gaussian of 1.5 pixels, with the constants of the paper."""

    def window(image: pyvips.Image) -> pyvips.Image:
        return image.gaussblur(1.5, precision="float")

    one, other = one.cast("float"), other.cast("float")
    mean_one, mean_other = window(one), window(other)
    variances = window(one * one) - mean_one**2 + window(other * other) - mean_other**2
    covariance = window(one * other) - mean_one * mean_other
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (mean_one * mean_other * 2 + c1) * (covariance * 2 + c2)
    result: float = (top / ((mean_one**2 + mean_other**2 + c1) * (variances + c2))).avg()
    return result


def similarities(out: Path, reference: pyvips.Image) -> list[float]:
    """Return the SSIM of each plain picture in a folder."""
    found = []
    for size, names in PLAIN.items():
        (file,) = (out / name for name in names if (out / name).exists())
        picture = pyvips.Image.new_from_file(str(file)).colourspace("srgb")
        picture = picture if picture.hasalpha() else picture.addalpha()
        found.append(similarity(picture, reference.thumbnail_image(size)))
    return found


def files_of(out: Path) -> list[Path]:
    """Return the icons of the set in a folder; `pwagen build` puts them into dist."""
    extra = {out / name for name in NOT_IN_THE_SET}
    return [file for file in out.rglob("*") if file.suffix in (".png", ".ico") and file not in extra]


def warm_up(folder: Path, made: dict[str, Tool]) -> None:
    """Run each tool once, so that bytecode and the files of the packages are there as they are later."""
    source = folder / "first.svg"
    source.write_text(next(iter(drawings().values())), encoding="utf-8")
    for place, tool in enumerate(made.values()):
        tool(source, folder / f"first-{place}")


def measure(folder: Path, chosen: dict[str, str], rounds: int, names: list[str]) -> list[list[str]]:
    """Return the table."""
    made = tools(folder, names)
    warm_up(folder, made)
    runs = {name: [Runs() for _ in chosen] for name in made}
    sizes: dict[str, list[int]] = {name: [] for name in made}
    alike: dict[str, list[float]] = {name: [] for name in made}
    counts: dict[str, int] = {}
    with Chromium() as chromium:
        for at, (drawing, svg) in enumerate(chosen.items()):
            source = folder / f"{drawing}.svg"
            source.write_text(svg, encoding="utf-8")
            (reference,) = in_chromium(chromium, [Picture(source.name, svg.encode())], REFERENCE_PX)
            for number in range(rounds):
                for place, (name, tool) in enumerate(made.items()):
                    out = folder / f"{drawing}-{number}-{place}"
                    runs[name][at].all.append(tool(source, out))
                    out = out / "dist" if name == BUILD else out
                    if number:
                        continue
                    files = files_of(out)
                    counts[name] = len(files)
                    sizes[name].append(sum(file.stat().st_size for file in files))
                    alike[name] += similarities(out, reference)
            print(f"{drawing}: {runs[PWAGEN][at].seconds:.2f} s", file=sys.stderr)
    table = [COLUMNS]
    for name in made:
        seconds = sum(of_drawing.seconds for of_drawing in runs[name])
        processor = sum(of_drawing.processor for of_drawing in runs[name])
        cells = [f"{seconds:.2f}", f"{processor:.2f}", f"{sum(sizes[name]):,}", f"{counts[name]}"]
        table.append([name, *cells, f"{mean(alike[name]):.4f}", f"{min(alike[name]):.4f}"])
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--drawings", type=int, metavar="N", help="the first N of them alone")
    parser.add_argument("--without", nargs="+", default=[], choices=[*PEERS, CHROMIUM_PEER], metavar="NAME")
    parser.add_argument("--renderers", action="store_true", help="compare renderers instead")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    if options.renderers:
        table, left_out = compare_renderers()
    else:
        names = [name for name in (*PEERS, CHROMIUM_PEER) if name not in options.without]
        left_out = f"Left out: {', '.join(options.without)}." if options.without else ""
        with tempfile.TemporaryDirectory(prefix="pwagen-benchmark-") as temporary:
            folder = Path(temporary)
            why_not = install(folder, PACKAGES) if names else None
            if why_not:
                left_out, names = f"Left out: {', '.join(names)} ({why_not}).", []
            prepare(folder)
            table = measure(folder, drawings(options.drawings), options.rounds, names)
    print(text_table(table))
    if left_out:
        print(f"\n{left_out}")
    if options.write:
        write_table("renderers" if options.renderers else "icons", table)


if __name__ == "__main__":
    main()
