"""`kickstand dev`: the whole product on one machine, by one command (OPS-1)."""

import gc
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module

from server.database import database
from server.listening import listen
from server.settings import Settings
from server.signals import Interrupted, Signals

PORTS_TRIED = 50
SLOW_IMPORT = "server.local"
"""It takes longer than PostgreSQL does to start, so the two go on together."""


def dev(settings: Settings, customers: int) -> None:
    """Start everything, say where it is, and stop everything again when a signal comes."""
    gc.disable()  # until it serves: searching what imports leave for good is a tenth of the start
    level = settings.log_level if "log_level" in settings.model_fields_set else "WARNING"
    logging.basicConfig(level=level, format="%(levelname)s %(message)s")
    tries = 1 if "port" in settings.model_fields_set else PORTS_TRIED
    with (
        suppress(Interrupted),
        Signals() as signals,
        listen(settings.host, settings.port, tries=tries) as listener,
        ThreadPoolExecutor() as meanwhile,
    ):
        meanwhile.submit(import_module, SLOW_IMPORT)
        with database(settings) as addresses:
            from server.local import attend  # noqa: PLC0415  (see SLOW_IMPORT)

            attend(settings, addresses, listener, signals, customers)
