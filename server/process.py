"""The HTTP server of one process."""

import gc
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

GC_THRESHOLDS = (50_000, 20, 50)
"""A page makes thousands of objects that go with it; searching them more often was a fifth of the
server's CPU, and half of its slowest answers."""


class Server(uvicorn.Server):
    """Uvicorn, which says when it serves. What was made by then stays, and is searched no more."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        gc.enable()
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.force_exit:  # a second Ctrl-C gives up requests, and nothing that is being written
            await self.lifespan.shutdown()


async def run_server(
    app: ASGIApp, listener: socket.socket, *, drain_seconds: int, ready: Callable[[], None]
) -> None:
    """Serve until a signal comes, and then finish what is under way (OPS-3)."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=drain_seconds,
    )
    await Server(config, ready).serve([listener])
