"""One of the two servers, as a process of its own: the product, or the pages by hand.

Both run as `kickstand serve` does. The port is printed once it serves.
"""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

import click
from starlette.applications import Starlette

from benchmarks.endpoint import endpoint
from server import credentials
from server.development import Development
from server.listening import listen
from server.process import run_server
from server.settings import Settings, read
from server.signals import Interrupted, Signals
from server.wiring import wire

LOOPBACK = "127.0.0.1"
DRAIN_SECONDS = 3
Make: TypeAlias = Callable[[Settings, str, Development], Starlette]
SERVERS: Mapping[str, Make] = {
    "product": wire,
    "by hand": lambda _, address, development: endpoint(address, development),
}


def main() -> None:
    """Serve from DATABASE_URL, with the key of KICKSTAND_DATA, until a signal comes."""
    settings = read()
    make = SERVERS[sys.argv[1]]
    app = make(settings, settings.database_url or "", credentials.development(settings))
    with suppress(Interrupted), Signals() as signals, listen(LOOPBACK, 0) as listener:
        port = listener.getsockname()[1]
        serving = run_server(
            app, listener, drain_seconds=DRAIN_SECONDS, ready=lambda: click.echo(port)
        )
        signals.run(serving)


if __name__ == "__main__":
    main()
