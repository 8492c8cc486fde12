"""`kickstand jobs`: the jobs that failed for good."""

from collections.abc import Sequence

from db import queue
from db.address import driven
from db.engine import Engine, connect
from db.queue import Dead
from server.database import database
from server.failure import Failure
from server.settings import Settings
from server.signals import Signals
from server.told import told

ALL = "all"
LISTED_MAX = 1000


def jobs(settings: Settings, requeue: Sequence[str]) -> str:
    """The dead, oldest first; or those of these ids, or all, are tried again from the start."""

    async def done(address: str) -> str:
        url = driven(address).render_as_string(hide_password=False)
        engine = connect(url, pgbouncer=settings.pgbouncer)
        try:
            return await (_requeued(engine, requeue) if requeue else _listed(engine))
        finally:
            await engine.dispose()

    with Signals() as signals, database(settings) as addresses, told():
        return signals.run(done(addresses.application))


async def _listed(engine: Engine) -> str:
    found = await queue.dead(engine, LISTED_MAX + 1)
    lines = [_line(each) for each in found[:LISTED_MAX]]
    if len(found) > LISTED_MAX:
        lines.append(f"… and more than these {LISTED_MAX}")
    return "\n".join(lines) or "no job is dead"


def _line(dead: Dead) -> str:
    died = f"{dead.dead_at:%Y-%m-%dT%H:%M:%SZ}"
    counts = f"{dead.tries} tries, {dead.crashes} crashes"
    return f"{dead.id}  {dead.kind} of {dead.subject_id}  {died}  {dead.failure}  {counts}"


async def _requeued(engine: Engine, ids: Sequence[str]) -> str:
    requeued = await queue.requeue(engine, None if ALL in ids else ids)
    missing = [] if ALL in ids else sorted({*ids} - {*requeued})
    if missing:
        message = f"no dead job has the id {missing[0]}; tried again: {len(requeued)}"
        raise Failure(message)
    return f"tried again: {len(requeued)}"
