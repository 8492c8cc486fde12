"""Jobs as workers have them: taken for a while, kept, done, given back, buried (ADR 9).

A worker works for all fleets. Functions of the database do this for it, with rights of their own,
each of them a transaction; what a job is about is read and written in its fleet alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Boolean, Integer, Interval, Text, column, func, select

from db.engine import Engine, alone
from db.query import Query
from db.tables import asked
from db.types import Instant
from domain.ids import SubaccountId
from domain.job import Job, JobKind
from domain.retry import CRASHES_MAX, TRIES_MAX

FLEET, ID, HOLDER = asked("fleet", Text), asked("id", Text), asked("holder", Text)
LEASE, MOST = asked("lease", Interval), asked("most", Integer)
TAKE = Query(
    select(
        column("subaccount", Text),
        column("job_id", Text),
        column("job_kind", Text),
        column("subject", Text),
        column("tried", Integer),
    ).select_from(
        func.take_jobs(
            HOLDER, asked("kinds", ARRAY(Text)), MOST, LEASE, asked("crashes_max", Integer)
        )
    )
)
KEEP = Query(
    select(column("kept_id", Text), column("kept_holder", Text)).select_from(
        func.keep_jobs(
            asked("fleets", ARRAY(Text)), asked("ids", ARRAY(Text)), asked("holders", ARRAY(Text)),
            LEASE,
        )
    )
)  # fmt: skip
FINISH = Query(select(func.finish_job(FLEET, ID, HOLDER, type_=Boolean)))
RETURN = Query(
    select(
        func.return_job(
            FLEET,
            ID,
            HOLDER,
            asked("failure", Text),
            asked("wait", Interval),
            asked("tries_max", Integer),
            type_=Boolean,
        )
    )
)
DEAD = Query(
    select(
        column("subaccount", Text),
        column("job_id", Text),
        column("job_kind", Text),
        column("subject", Text),
        column("why", Text),
        column("tried", Integer),
        column("crashed", Integer),
        column("made_at", Instant),
        column("died_at", Instant),
    ).select_from(func.dead_jobs(MOST))
)
REQUEUE = Query(
    select(column("requeued", Text)).select_from(
        func.requeue_jobs(asked("ids", ARRAY(Text))).alias("requeued")
    )
)
SWEEP = Query(select(func.sweep(MOST, type_=Integer)))


@dataclass(frozen=True, slots=True)
class Held:
    """A job that a worker has taken, and the name under which it holds it."""

    job: Job
    id: str
    holder: str
    tries: int
    """This one included."""


@dataclass(frozen=True, slots=True)
class Dead:
    """A job that is tried no more, and what went wrong the last time."""

    subaccount_id: SubaccountId
    id: str
    kind: str
    subject_id: str
    failure: str | None
    tries: int
    crashes: int
    created_at: datetime
    dead_at: datetime


async def take(
    engine: Engine, holder: str, kinds: Collection[JobKind], most: int, lease: timedelta
) -> list[Held]:
    """Up to so many jobs that are due: nobody else takes them, unless the lease runs out.

    `holder` is a new name each time. A lease that ran out means that whoever held the job crashed.
    """
    named = {"holder": holder, "kinds": [*kinds], "most": most, "lease": lease}
    rows = await alone(engine, TAKE, **named, crashes_max=CRASHES_MAX)
    return [
        Held(Job(JobKind(kind), fleet, subject), id, holder, tries)
        for fleet, id, kind, subject, tries in rows
    ]


async def keep(engine: Engine, jobs: Collection[Held], lease: timedelta) -> set[Held]:
    """Begin the lease of some jobs anew; gives those of them that are still held."""
    lists = {
        "fleets": [held.job.subaccount_id for held in jobs],
        "ids": [held.id for held in jobs],
        "holders": [held.holder for held in jobs],
    }
    kept = {*await alone(engine, KEEP, **lists, lease=lease)}
    return {held for held in jobs if (held.id, held.holder) in kept}


async def finish(engine: Engine, held: Held) -> None:
    """The job is done. Nothing happens to one that is another's by now."""
    await alone(engine, FINISH, **_named(held))


async def give_back(
    engine: Engine, held: Held, failure: str | None, wait: timedelta = timedelta(0)
) -> None:
    """The job is to be tried again after a while, or was tried for the last time.

    Without a failure, which is a name and tells of nobody, it counts as not tried.
    """
    named = {**_named(held), "failure": failure, "wait": wait, "tries_max": TRIES_MAX}
    await alone(engine, RETURN, **named)


async def dead(engine: Engine, most: int) -> list[Dead]:
    """The jobs that are tried no more, oldest first."""
    return [Dead(*row) for row in await alone(engine, DEAD, most=most)]


async def requeue(engine: Engine, ids: Sequence[str] | None) -> list[str]:
    """Have dead jobs tried again from the start: those of these ids, or all; gives their ids."""
    return [id for (id,) in await alone(engine, REQUEUE, ids=ids)]


async def sweep(engine: Engine, most: int) -> int:
    """Clear away what was kept for its time, up to so many rows of a kind; gives how many."""
    ((swept,),) = await alone(engine, SWEEP, most=most)
    return swept


def _named(held: Held) -> dict[str, object]:
    return {"fleet": held.job.subaccount_id, "id": held.id, "holder": held.holder}
