"""The HTTP server of one process."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp


class Server(uvicorn.Server):
    """Uvicorn, which says when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
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
