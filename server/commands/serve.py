"""`kickstand serve` and `kickstand worker`: the product for real customers."""

import logging
from contextlib import suppress

from db.inspection import inspect
from server.development import ISSUERS
from server.failure import Misconfigured
from server.listening import listen
from server.process import run_server
from server.settings import Settings, variable
from server.signals import Interrupted, Signals
from server.told import told
from server.wiring import wire, work

DRAIN_SECONDS = 20

log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serve until a signal comes; `Failure` where that would be unsafe, or could not work."""
    address = _address(settings)
    _log(settings)
    with suppress(Interrupted), Signals() as signals:
        with told():
            signals.run(inspect(address))
        app = wire(settings, address)
        with listen(settings.host, settings.port) as listener:
            host, port = listener.getsockname()[:2]
            signals.run(
                run_server(
                    app,
                    listener,
                    drain_seconds=DRAIN_SECONDS,
                    ready=lambda: log.info("Serving on %s, port %s", host, port),
                )
            )
            log.info("Stopped")


def run_jobs(settings: Settings) -> None:
    """Run jobs until a signal comes, and then finish or hand back those under way (OPS-3)."""
    address = _address(settings)
    _log(settings)
    with suppress(Interrupted), Signals() as signals:
        with told():
            signals.run(inspect(address))
        log.info("Running jobs")
        with suppress(Interrupted):
            signals.run(work(settings, address))
        log.info("Stopped")


def _log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in ("httpx", "uvicorn"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, log.getEffectiveLevel()))


def _address(settings: Settings) -> str:
    if settings.database_url is None:
        message = f"{variable('database_url')}: is missing"
        raise Misconfigured(message)
    for place, issuer in enumerate(settings.issuers):
        if issuer.issuer in ISSUERS.values():
            message = f"{variable('issuers')}[{place}]: the development issuer is for dev alone"
            raise Misconfigured(message)
    return settings.database_url
