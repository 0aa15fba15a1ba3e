"""The console's page of icons, as platforms show them, of the newest build."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pwagen.artifacts.icons.icon_preview import (
    PICTURES_PATH,
    preview_colors,
    preview_pictures,
    served_preview_page,
)
from pwagen.build.screenshot_files import screenshot_files
from pwagen.serve.server_state import ServerState


def icon_routes(desk: ServerState, base: str) -> tuple[Route, ...]:
    """Return the routes of the page, its colours and its pictures, below the path ``base``.

    The colours and the pictures have addresses of their own, so that the console's policy holds for this
    page, too: nothing inline, and nothing from elsewhere.
    """

    async def page(_: Request) -> Response:
        project, built = desk.build.project, desk.built
        screenshots = await run_in_threadpool(screenshot_files, project)
        return HTMLResponse(served_preview_page(project.config.app, project.icons, screenshots, built))

    async def colors(_: Request) -> Response:
        return Response(preview_colors(desk.build.project.config.app), media_type="text/css")

    async def picture(request: Request) -> Response:
        project = desk.build.project
        screenshots = await run_in_threadpool(screenshot_files, project)
        pictures = preview_pictures(project.config.app, project.icons, screenshots)
        if chosen := pictures.get(request.path_params["path"]):
            return Response(chosen.content, media_type=chosen.type)
        raise HTTPException(404)

    return (
        Route(f"{base}/icons", page),
        Route(f"{base}/icon-colors.css", colors),
        Route(f"{base}/{PICTURES_PATH}{{path:path}}", picture),
    )
