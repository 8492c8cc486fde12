"""Whether the process is alive, and whether it can answer (OPS-2)."""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from db.engine import Engine
from db.inspection import reachable

PATIENCE_SECONDS = 1

log = logging.getLogger(__name__)


def routes(engine: Engine) -> list[Route]:
    """/healthz, which asks nobody, and /readyz, which asks the database."""

    async def ready(_: Request) -> Response:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await reachable(engine)
        except Exception as error:  # noqa: BLE001  (whatever it is, there is no database)
            log.warning("The database does not answer: %s", type(error).__name__)
            return JSONResponse({"status": "no database"}, status_code=503)
        return JSONResponse({"status": "ready"})

    return [Route("/healthz", _alive), Route("/readyz", ready)]


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "alive"})
