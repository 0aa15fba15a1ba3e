"""``pwagen screenshots``: the same bytes twice whatever moves, and in the manifest by themselves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import pyvips
from typer.testing import CliRunner, Result

from pwagen.artifacts.stored_screenshots import StoredScreenshot, read_screenshots, store_screenshots
from pwagen.cli import app as cli
from pwagen.errors import ConfigError, PwagenError
from tests.site.test_detect import tree

# Whatever is different each time, or moves.
RESTLESS = """<!doctype html><title> Tides
 today</title><style>
  @keyframes slide { to { transform: translateX(300px) rotate(90deg) } }
  .box { width: 80px; height: 80px; background: teal; animation: slide .7s infinite alternate }
  h1 { transition: color 3s } :root { color-scheme: light dark } .dark { display: none }
  @media (prefers-color-scheme: dark) { body { background: #123456 } }
</style><body style="margin:0"><h1></h1><div class=box></div><p></p><canvas></canvas><input autofocus>
<img src="https://elsewhere.example/a.png" alt="">
<script>
  document.querySelector("h1").textContent = new Date().toISOString() + performance.now() + Math.random();
  setInterval(() => { document.querySelector("p").textContent += "."; }, 40);
  setTimeout(() => { document.body.append("late", navigator.language); }, 1500);
  const context = document.querySelector("canvas").getContext("2d");
  requestAnimationFrame(function draw(time) {
    context.fillRect((time / 20) % 300, 0, 3, 90);
    requestAnimationFrame(draw);
  });
  fetch("data.json").then((answer) => answer.text()).then((text) => document.body.append(text, Date.now()));
</script>"""


def project(folder: Path, **pages: str) -> Path:
    files = {f"public/{name}.html": html for name, html in pages.items()}
    config = "app: {name: Tides, lang: pt-BR}\nicons: {monogram: {}}\nsite: public\n"
    return tree(folder, {"pwagen.yaml": config, "public/data.json": '{"level": 3}', **files})


def taken(folder: Path, *options: str) -> tuple[dict[str, bytes], str]:
    """Take screenshots; returns the files, and what was said on standard error."""
    result = run("screenshots", str(folder), *options)
    assert result.exit_code == 0, result.output
    files = {path.name: path.read_bytes() for path in (folder / "pwagen-screenshots").iterdir()}
    return files, result.stderr


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments])


# In the upper right corner: an animated picture as an image and as a background, and a video with its poster.
MOVING_PICTURES = """<div style="position:absolute;top:0;right:0;width:300px">
<img src=a.gif style="display:block"><p style="background:url(a.gif);height:60px;margin:0"></p>
<video src=red.webm poster=a.png autoplay muted loop width=300 height=150 style="display:block"></video>
</div>"""


def write_moving_pictures(folder: Path) -> None:
    """Write a picture that is red and then blue, half a second of red, and its poster, which is blue."""
    shutil.copy(Path(__file__).with_name("red.webm"), folder)
    red, blue = (
        pyvips.Image.black(300, 150).new_from_image(color).cast("uchar").copy(interpretation="srgb")
        for color in ([255, 0, 0], [0, 0, 255])
    )
    blue.pngsave(str(folder / "a.png"))
    frames = [image.crop(0, 0, 60, 60) for image in (red, blue)]
    roll = pyvips.Image.arrayjoin(frames, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", 60)
    roll.set_type(pyvips.GValue.array_int_type, "delay", [50, 60_000])
    roll.gifsave(str(folder / "a.gif"))


@pytest.mark.browser
def test_a_restless_page_looks_the_same_twice_with_the_first_frame_of_pictures_and_the_poster_of_videos(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path, index=RESTLESS + MOVING_PICTURES)
    write_moving_pictures(folder / "public")
    (first, said), (second, _) = taken(folder), taken(folder)
    assert first == second
    assert set(first) == {"index.json", "start-wide.png", "start-narrow.png"}
    wide, narrow = (
        pyvips.Image.new_from_buffer(first[f"start-{name}.png"], "") for name in ("wide", "narrow")
    )
    assert ((wide.width, wide.height), (narrow.width, narrow.height)) == ((1280, 800), (824, 1784))
    labels = {screenshot["label"] for screenshot in json.loads(first["index.json"])}
    assert labels == {"Tides today"}
    red, blue = [255, 0, 0], [0, 0, 255]
    assert [wide(989, top)[:3] for top in (9, 90, 200)] == [red, red, blue]
    assert said.count("note: index.html: a video never stands still") == 1


@pytest.mark.browser
def test_chosen_pages_theme_and_scale(tmp_path: Path) -> None:
    folder = project(tmp_path, index="<title>Start</title>", about=RESTLESS)
    (folder / "pwagen-screenshots").mkdir()
    (folder / "pwagen-screenshots" / "old-wide.png").write_bytes(b"")
    files, _ = taken(folder, "--page", "about.html", "--theme", "dark", "--scale", "1.5")
    assert set(files) == {"index.json", "about-wide.png", "about-narrow.png"}
    wide = pyvips.Image.new_from_buffer(files["about-wide.png"], "")
    assert (wide.width, wide.height) == (1920, 1200)
    assert wide(1900, 1190)[:3] == [0x12, 0x34, 0x56]


@pytest.mark.browser
def test_page_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("screenshots", str(project(tmp_path, index="x")), "--page", "abuot.html")
    assert isinstance(result.exception, PwagenError)
    assert "abuot.html: there is no such page" in str(result.exception)
    assert not (tmp_path / "pwagen-screenshots").exists()


# --- in the manifest -----------------------------------------------------------------------------


def store(folder: Path) -> None:
    shot = StoredScreenshot("start-wide.png", "1280x800", "wide", "Tides")
    store_screenshots(folder, [(shot, b"\x89PNG not really")])


@pytest.mark.parametrize("options", [(), ("--inject",)], ids=["dist", "inject"])
def test_build_publishes_them_and_names_them_in_the_manifest(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    folder = project(tmp_path, index="<!doctype html><title>Tides</title><body>")
    store(folder)
    assert run("build", str(folder), *options).exit_code == 0
    out = folder / ("public" if options else "dist")
    assert json.loads((out / "manifest.json").read_text())["screenshots"] == [
        {
            "src": "screenshots/start-wide.png",
            "sizes": "1280x800",
            "type": "image/png",
            "label": "Tides",
            "form_factor": "wide",
        }
    ]
    assert (out / "screenshots/start-wide.png").read_bytes() == b"\x89PNG not really"
    assert "screenshots/" not in (out / "sw.js").read_text()
    assert run("build", str(folder), *options, "--check").exit_code == 0
    if options:
        assert run("build", str(folder), "--inject", "--undo").exit_code == 0
        assert not (out / "screenshots").exists()


def test_screenshots_of_the_config_come_first(tmp_path: Path) -> None:
    folder = project(tmp_path, index="x")
    store(folder)
    config = folder / "pwagen.yaml"
    config.write_text(config.read_text().replace("lang: pt-BR", "screenshots: [{src: mine.png}]"))
    assert run("build", str(folder)).exit_code == 0
    manifest = json.loads((folder / "dist/manifest.json").read_text())
    assert [entry["src"] for entry in manifest["screenshots"]] == ["mine.png"]
    assert not (folder / "dist/screenshots").exists()


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ("{", "is not the list"),
        ('[{"file": "../../x.png", "sizes": "", "form_factor": "wide", "label": ""}]', "is not the list"),
        ('[{"file": "a.png", "sizes": "", "form_factor": "tall", "label": ""}]', "is not the list"),
        ('[{"file": "a.png", "sizes": "", "form_factor": "wide", "label": ""}]', "a.png, which is missing"),
    ],
)
def test_broken_list_is_refused_in_words(tmp_path: Path, index: str, message: str) -> None:
    tree(tmp_path, {"pwagen-screenshots/index.json": index})
    with pytest.raises(ConfigError, match=f"{message}.* - run pwagen screenshots again"):
        read_screenshots(tmp_path)


def test_project_without_screenshots_has_none(tmp_path: Path) -> None:
    assert read_screenshots(tmp_path) == ((), ())
