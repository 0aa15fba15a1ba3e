"""Detection of an existing project: its name, its colours and icons, and what it has of a PWA."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pwagen.site.existing_pwa import ExistingManifest, ExistingWorker, find_manifest, find_workers
from pwagen.site.fetched_data import FetchedData, find_fetched_data
from pwagen.site.generators import Generated, find_generator, generator_in_meta
from pwagen.site.inline_logo import drawn_logos
from pwagen.site.inside import decoded, is_inside, read_inside
from pwagen.site.lunr_languages import unused_languages
from pwagen.site.page_colors import NO_COLORS, SiteColors, colors_in_css
from pwagen.site.page_facts import PageFacts, read_page
from pwagen.site.pictures import icon_candidates, manifest_pictures
from pwagen.site.precache import START_PAGE
from pwagen.site.single_page import is_single_page_app
from pwagen.site.stylesheets import Sheet, read_sheets

_PAGE_BYTES = 256 * 1024
_PUBLISHED = (
    "site", "_build/html", "dist", "output", "_site", "build", "build/html", "docs/_build/html",
    "docs/build/html", "www", "htdocs", "docs",
)  # fmt: skip
_BASE_PAGES = ("templates/base.html", "templates/layout.html", "templates/index.html")


@dataclass(frozen=True)
class SiteFacts:
    """The facts about a site; an empty text for what was not detected.

    ``site`` is the published folder relative to the project, ``.`` for the project itself, None if there
    is none (yet: then ``unbuilt`` is where the generator will put it). ``theme_color`` is what the page says,
    ``colors`` are those of its style sheets. All icons are relative to the project; ``drawn_logos`` are SVG
    files that the page has the drawings of. ``unused_files`` are globs in the published folder.
    """

    generator: str | None = None
    site: str | None = None
    unbuilt: str | None = None
    title: str = ""
    description: str = ""
    lang: str = ""
    dir: str = ""
    theme_color: str = ""
    dark_theme_color: str = ""
    colors: SiteColors = NO_COLORS
    dark_colors: SiteColors = NO_COLORS
    icons: tuple[str, ...] = ()
    drawn_logos: tuple[bytes, ...] = ()
    manifest_icons: tuple[str, ...] = ()
    maskable_icons: tuple[str, ...] = ()
    manifest: ExistingManifest | None = None
    workers: tuple[ExistingWorker, ...] = ()
    is_single_page: bool = False
    fetched_data: tuple[FetchedData, ...] = ()
    unused_files: tuple[str, ...] = ()


def detect_site(folder: Path, site: str | None = None) -> SiteFacts:
    """Return the facts about the site of a project; ``site`` is its published folder, if already chosen.

    Nothing outside of the folder is read; broken and hostile files don't raise.
    """
    generated = find_generator(folder)
    site = site or _published(folder, generated)
    # Pages made on request have no published folder, but their pictures and manifest lie in the project.
    root = folder / site if site else folder
    page = _page(folder, root)
    manifest = find_manifest(root, page)
    prefix = f"{site}/" if site and site != "." else ""
    sheets = _sheets(root, page)
    colors, dark_colors = colors_in_css(sheets)
    unbuilt = generated.output if generated and not site else None
    generator = generated.name if generated else generator_in_meta(page.meta.get("generator", ""))
    return SiteFacts(
        generator=generator,
        site=site,
        unbuilt=unbuilt,
        title=_title(page) or (generated.title if generated else ""),
        description=page.meta.get("description") or page.meta.get("og:description", ""),
        lang=page.lang,
        dir=page.dir,
        theme_color=page.meta.get("theme-color", ""),
        dark_theme_color=page.meta.get("theme-color-dark", ""),
        colors=colors,
        dark_colors=dark_colors,
        icons=tuple(prefix + path for path in icon_candidates(root, page, manifest, sheets)),
        drawn_logos=tuple(drawn_logos(page.drawings, sheets, page.meta.get("theme-color") or colors.theme)),
        manifest_icons=tuple(prefix + path for path in manifest_pictures(root, manifest, "any")),
        maskable_icons=tuple(prefix + path for path in manifest_pictures(root, manifest, "maskable")),
        manifest=manifest,
        workers=find_workers(root, page),
        is_single_page=site is not None and is_single_page_app(root, _start_page(root), page),
        fetched_data=find_fetched_data(root, is_generated=generator is not None) if site else (),
        unused_files=tuple(unused_languages(root)) if site else (),
    )


def _sheets(root: Path, page: PageFacts) -> tuple[Sheet, ...]:
    linked = [link.href for link in page.links if "stylesheet" in link.rel]
    return read_sheets(root, linked, page.styles)


def _published(folder: Path, generated: Generated | None) -> str | None:
    """Return the folder with the finished pages."""
    names = ("public", ".", *_PUBLISHED) if generated is None else (generated.output,)
    for name in names:
        if name is not None and is_inside(folder, folder / name / "index.html"):
            return name
    # Angular's application builder: a folder for each project.
    for page in sorted(folder.glob("dist/*/browser/index.html")) if generated is None else ():
        if is_inside(folder, page):
            return page.parent.relative_to(folder).as_posix()
    return None


def _page(project: Path, root: Path) -> PageFacts:
    """Return the start page, or the template that all pages share."""
    paths = [root / "index.html", *(project / name for name in _BASE_PAGES)]
    paths += sorted(project.glob("*/templates/base.html"))[:1]
    for path in paths:
        content = read_inside(project, path, _PAGE_BYTES)
        if content:
            return read_page(decoded(content))
    return PageFacts()


def _start_page(root: Path) -> str:
    return decoded(read_inside(root, root / START_PAGE, _PAGE_BYTES))


def _title(page: PageFacts) -> str:
    names = ("application-name", "og:site_name", "apple-mobile-web-app-title")
    return next((page.meta[name] for name in names if page.meta.get(name)), page.title)
