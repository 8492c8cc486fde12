"""Jobs that wait to be done, in the database of the changes that made them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    insert,
    text,
)

from db.query import Connection, Query
from db.tables import asked, fleet_key, metadata
from db.types import Instant
from domain.access import Reach
from domain.ids import SubaccountId
from domain.job import Job


class JobColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    kind: Named[str] = Column(Text)
    subject_id: Named[str] = Column(Text)
    created_at: Named[datetime] = Column(Instant)
    # While somebody holds the job: when it is due again, if they died.
    due_at: Named[datetime] = Column(Instant)
    tries: Named[int] = Column(Integer, server_default="0")
    crashes: Named[int] = Column(Integer, server_default="0")
    holder: Named[str | None] = Column(Text)
    failure: Named[str | None] = Column(Text)
    dead_at: Named[datetime | None] = Column(Instant)


# Taken, kept and ended by functions of the database alone: see db/queue.py.
job = Table(
    "job",
    metadata,
    JobColumns,
    fleet_key(),
    CheckConstraint("tries >= 0 AND crashes >= 0", "counts"),
    CheckConstraint("dead_at IS NULL OR holder IS NULL", "dead"),
    Index("ix_job_due_at", "due_at", postgresql_where=text("dead_at IS NULL")),
    Index("ix_job_dead_at", "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
)

LEFT = ("subaccount_id", "id", "kind", "subject_id", "created_at", "due_at")
ADD = Query(
    insert(job).values({name: asked(name, job.c[name].type) for name in LEFT}).returning(job.c.id)
)


async def add(
    connection: Connection, reach: Reach, new: Job, *, id: str, at: datetime, due: datetime
) -> None:
    """Leave a job, due from a time on; done soon after the transaction commits, or never."""
    row = {"subaccount_id": new.subaccount_id, "kind": new.kind, "subject_id": new.subject_id}
    await connection.rows(ADD, reach, **row, id=id, created_at=at, due_at=due)
