"""The worker's reports to the console; phones send them too, so they use the site's host."""

from __future__ import annotations

import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from pwagen.render import templates_folder
from pwagen.serve.dev_build import WORKER_EVENTS_SCRIPT
from pwagen.serve.json_body import check_origin, read_json
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.server_events import Events

EVENTS_PATH = "/_pwagen/events"
SHARED_PATHS = (WORKER_EVENTS_SCRIPT, EVENTS_PATH)
_MAX_BODY = 16 * 1024


def worker_event_routes(events: Events) -> list[Route]:
    """Return the routes of the script that reports, and of its reports."""
    limit = RateLimit(per_minute=300, burst=100)

    async def script(_: Request) -> Response:
        file = templates_folder() / "console" / "worker-events.js"
        return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def report(request: Request) -> Response:
        try:
            check_origin(request)
            if limit.take(request.client.host if request.client else ""):
                raise HTTPException(429, "too many events")
            body = await read_json(request, _MAX_BODY)
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, error.status_code, error.headers)
        agent = request.headers.get("user-agent", "")[:300]
        news = {"event": str(body.get("event"))[:40], "detail": body.get("detail"), "userAgent": agent}
        events.publish("worker", news | {"at": time.time()}, keep=True)
        return Response(status_code=204)

    return [Route(WORKER_EVENTS_SCRIPT, script), Route(EVENTS_PATH, report, methods=["POST"])]
