"""The input of a build, read from disk once: the config, the pictures, the site, the hook file."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.build.cache_folder import NAME, cache_folder
from pwagen.config import load_with_context
from pwagen.config.config_source import ConfigSource, relative_to
from pwagen.config.installable_icons import none_allows_installing
from pwagen.errors import ConfigError, Problem
from pwagen.names import CONFIG_NAME, OWN_FILES, SCREENSHOTS, config_file, output_folder

if TYPE_CHECKING:
    from pwagen.artifacts.artifact import Artifact
    from pwagen.artifacts.icons import Icon
    from pwagen.artifacts.precache_entry import PrecacheEntry
    from pwagen.binding.context import Context
    from pwagen.config.model import Config
    from pwagen.site.scan import Site

# The config's values that name the user's files from which artifacts are made.
SOURCES = (("icons", "source"), ("icons", "maskable"), ("icons", "badge"), ("worker", "hooks"))


@dataclass(frozen=True)
class Project:
    """A project as it is on disk. ``root`` is the folder of pwagen.yaml."""

    root: Path
    config: Config
    icons: tuple[Icon, ...] = ()
    site: Site | None = None
    hooks: bytes | None = None
    own_offline_page: bool = False
    """The site has an offline page that pwagen did not make."""
    warnings: tuple[Problem, ...] = field(default=())
    cache: Path | None = None
    """The folder of caches, if there is one."""
    memory: Path | None = None
    """The folder for what is known of the site's files, if there is one."""
    served_files: tuple[PrecacheEntry, ...] = ()
    """Files that an application serves, to be stored as those of a site are."""
    has_own_config: bool = True
    """There is a pwagen.yaml; else another tool's settings have the config."""
    screenshots: tuple[Artifact, ...] = ()
    """The files of the screenshots that were taken, for the manifest."""

    @property
    def lock_folder(self) -> Path:
        """The folder of pwagen.lock: beside pwagen.yaml, else where it is in nobody's way."""
        return self.root if self.has_own_config else self.root / NAME

    @property
    def out(self) -> Path:
        """The folder that the files to copy go into."""
        return output_folder(self.root, self.config.site)

    @property
    def site_folder(self) -> Path | None:
        """The published folder, if the config names one."""
        return self.root / self.config.site if self.config.site else None

    @property
    def sources(self) -> tuple[Path, ...]:
        """The user's own files that artifacts are made from."""
        names = (getattr(getattr(self.config, section), member) for section, member in SOURCES)
        return tuple(self.root / name for name in names if name)


def read_project(
    source: Path | ConfigSource, *, for_injection: bool = False, may_write: bool = True
) -> Project:
    """Return the project in the folder ``source``, or of that config file, or of a config from elsewhere.

    ``for_injection`` reads every page of the site, stored offline or not. Caches are kept in the project's
    folder ``.pwagen``, which is created if possible and ``may_write`` is on.

    Raises:
        ConfigError: with every problem in the config.
    """
    if not isinstance(source, ConfigSource):
        source = ConfigSource(config_file(source))
    root = source.root
    config, warnings, context = load_with_context(source)
    cache = cache_folder(root, may_make=may_write)
    icons, icon_warnings = _icons(config, root, cache, context)
    config, screenshots = _with_screenshots(config, root)
    project = Project(
        root,
        config,
        icons,
        hooks=(root / config.worker.hooks).read_bytes() if config.worker.hooks else None,
        own_offline_page=_has_own_offline_page(config, root),
        cache=cache,
        memory=source.memory or cache,
        screenshots=screenshots,
        has_own_config=source.values is None,
    )
    site = _site(project, for_injection)
    return replace(
        project,
        site=site,
        warnings=(
            *warnings,
            *icon_warnings,
            *_missing_pages(config, site, context),
            *_unmatched(config, site, context),
            *_pages_not_stored(config, site, context),
            *_unsearched(site),
        ),
    )


def _with_screenshots(config: Config, root: Path) -> tuple[Config, tuple[Artifact, ...]]:
    """Return the config with the screenshots that were taken, unless it names others, and their files."""
    if config.app.screenshots or not (root / SCREENSHOTS).is_dir():
        return config, ()
    from msgspec import structs

    from pwagen.artifacts.stored_screenshots import read_screenshots

    members, artifacts = read_screenshots(root)
    return structs.replace(config, app=structs.replace(config.app, screenshots=members)), artifacts


def read_to_undo(path: Path, folder: Path | None = None) -> Project:
    """Return what undoing an injection needs of the project: the site's folder and its pages.

    ``folder`` is the site, whatever the config says.

    Raises:
        PwagenError: the config cannot be read, or there is no such folder.
    """
    from pwagen.config import written
    from pwagen.config.model import App, Config
    from pwagen.site.scan import pages_of

    root = config_file(path).parent
    site = relative_to(folder, root) if folder else written(path, "site")
    config = Config(app=App(name=""), site=site)
    return Project(root, config, site=pages_of(root / site) if site else None)


def _pages_not_stored(config: Config, site: Site | None, context: Context) -> list[Problem]:
    """Return a warning if pages are not stored, and the config doesn't say so."""
    if not site or not config.offline or config.offline.never is not None:
        return []
    from pwagen.site.precache import is_page
    from pwagen.site.scan import UNDER_NEVER

    pages = [file.path for file in site.left_out if file.reason == UNDER_NEVER and is_page(file.path)]
    if not pages:
        return []
    more = {1: " is", 2: " and one more page are"}.get(len(pages), f" and {len(pages) - 1} more pages are")
    return [
        context.problem(
            ("offline", "never"),
            f"{pages[0]}{more} not stored: by default nothing in that folder is",
            "if anybody may read them, write offline.never without that folder, else with it",
        )
    ]


def _unsearched(site: Site | None) -> Iterator[Problem]:
    """Yield a warning for every reason for which archives cannot be searched for private keys."""
    archives: dict[str, list[str]] = {}
    for path, why in sorted(site.unsearched.items()) if site else ():
        archives.setdefault(why, []).append(path)
    for why, paths in archives.items():
        assert site
        others = (
            f"{', '.join(paths[1:4])} and {len(paths) - 4} more"
            if len(paths) > 4
            else " and ".join(paths[1:])
        )
        also = f" (and so it is with {others})" if others else ""
        yield Problem(
            str(site.folder / paths[0]),
            message=f"not all of this archive could be searched for private keys: {why}{also}",
            fix="look yourself that there is none in it, since anybody can unpack it",
        )


def _unmatched(config: Config, site: Site | None, context: Context) -> list[Problem]:
    """Return a warning for every glob of files to store that matches none."""
    unmatched = site.unmatched if site else ()
    return [
        context.problem(
            path,
            f'"{glob}" matches no file in {config.site}',
            "globs begin at that folder, and upper and lower case differ",
        )
        for member in ("precache", "precache_add")
        for path, glob in (context.each("offline", member) if unmatched else ())
        if glob in unmatched
    ]


def _missing_pages(config: Config, site: Site | None, context: Context) -> list[Problem]:
    """Return a warning for every page that the app can be opened at and that the site doesn't have."""
    if not site:
        return []
    from pwagen.artifacts.launch_targets import missing_pages

    return [
        context.problem(
            ("app", *member),
            f'there is no page "{url}" in {config.site}',
            "make one, or it opens online only, if your server answers there",
        )
        for member, url in missing_pages(config.app, site.pages)
    ]


def _icons(
    config: Config, root: Path, cache: Path | None, context: Context
) -> tuple[tuple[Icon, ...], tuple[Problem, ...]]:
    if config.icons.files and not none_allows_installing(config.icons.files):
        return (), ()
    from pwagen.artifacts.icons import badge_warnings, icon_sources_of, make_icons, warnings_about

    try:
        sources = icon_sources_of(config.icons, config.app, root)
    except ConfigError as error:
        place = context.place(("icons", "monogram", "text"))
        raise ConfigError(
            [
                context.report.problem(place, problem.message, problem.fix)
                if problem.path == CONFIG_NAME
                else problem
                for problem in error.problems
            ]
        ) from None
    icons = make_icons(sources, cache and cache / "icons")
    return icons, (*warnings_about(sources), *badge_warnings(sources, icons))


def _has_own_offline_page(config: Config, root: Path) -> bool:
    """Tell whether the site has an offline page other than the one that an earlier build made."""
    if not config.site or not config.offline:
        return False
    from pwagen.artifacts.offline_page import MADE_BY_PWAGEN

    try:
        with (root / config.site / config.offline.page).open("rb") as page:
            return MADE_BY_PWAGEN not in page.read(1 << 20)
    except OSError:
        return False


def _site(project: Project, for_injection: bool) -> Site | None:
    config, folder = project.config, project.site_folder
    if folder is None or not (config.offline or for_injection):
        return None
    from pwagen.artifacts.languages.localized_manifests import manifest_names
    from pwagen.artifacts.offline_page import offline_page_paths
    from pwagen.config.model import Offline
    from pwagen.site.scan import scan_site

    artifacts = (*(icon.artifact for icon in project.icons), *project.screenshots)
    generated = [*OWN_FILES, config.worker.script, *(artifact.path for artifact in artifacts)]
    generated += manifest_names(config).values()
    if not project.own_offline_page:
        generated += offline_page_paths(config).values() if config.offline else [Offline().page]
    if config.worker.hooks:
        generated.append(Path(config.worker.hooks).name)
    site, out = folder.resolve(), project.out.resolve()
    if out.is_relative_to(site) and out != site:
        # The project itself is published: the output of earlier builds is not part of the site.
        within = out.relative_to(site).as_posix()
        generated += [f"{within}/{path}" for path in generated]
    return scan_site(
        folder,
        config.offline or None,
        leave_out=[*generated, *_outputs_of_earlier_builds(project.lock_folder, site, generated)],
        cache_file=project.memory and project.memory / "hashes",
        public_key=config.push.vapid_public_key if config.push else None,
        example_keys=config.example_keys,
        for_injection=for_injection,
    )


def _outputs_of_earlier_builds(lock_folder: Path, site: Path, generated: Container[str]) -> Iterator[str]:
    """Yield the paths below ``site`` that earlier builds wrote and nobody edited, but for ``generated``."""
    from pwagen.build.write import Lock, is_unedited

    for key, files in Lock.read(lock_folder).outputs.items():
        out = (lock_folder / key).resolve()
        for file, hashes in files.items() if out.is_relative_to(site) else ():
            path = (out.relative_to(site) / file).as_posix()
            if path not in generated and is_unedited(out / file, hashes):
                yield path
