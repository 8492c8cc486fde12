"""Jobs that wait to be done, in the database of the changes that made them."""

from datetime import datetime

from sqlalchemy import Column, Named, Table, Text, TypedColumns, insert

from db.query import Connection, Query
from db.tables import fleet_key, metadata
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
    due_at: Named[datetime] = Column(Instant)


job = Table("job", metadata, JobColumns, fleet_key())

ADD = Query(insert(job).returning(job.c.id))


async def add(connection: Connection, reach: Reach, new: Job, *, id: str, at: datetime) -> None:
    """Leave a job, due from a time on; done soon after the transaction commits, or never."""
    row = {"subaccount_id": new.subaccount_id, "kind": new.kind, "subject_id": new.subject_id}
    await connection.rows(ADD, reach, **row, id=id, created_at=at, due_at=at)
