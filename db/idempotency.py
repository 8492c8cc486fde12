"""Keys that callers give to requests, and what the first request under each one made (WAL-8)."""

from collections.abc import Mapping
from datetime import datetime

import asyncpg
import orjson
from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    Named,
    Table,
    Text,
    TypedColumns,
    exists,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from db.ledger import entry
from db.query import Connection, Query
from db.tables import asked, metadata, within
from db.types import Instant
from domain.access import Reach
from domain.fault import InProgress
from domain.refusal import Code, Refusal, refuse


class IdempotencyColumns(TypedColumns):
    # By caller, not by fleet: a key must be known before the record it concerns is found.
    caller_id: Named[str] = Column(Text, primary_key=True)
    key: Named[str] = Column(Text, primary_key=True)
    input_hash: Named[bytes] = Column(LargeBinary)
    result: Named[Mapping[str, object] | None] = Column(JSONB)
    created_at: Named[datetime] = Column(Instant)


idempotency = Table(
    "idempotency",
    metadata,
    IdempotencyColumns,
    Index("ix_idempotency_created_at", "created_at"),
)

OWN = (idempotency.c.caller_id == asked("caller_id", Text), idempotency.c.key == asked("key", Text))
BOOKED = exists(
    select(entry.c.id).where(within(entry.c.subaccount_id), entry.c.txn == asked("operation", Text))
)
TAKE = Query(insert(idempotency).on_conflict_do_nothing().returning(BOOKED))
HELD = Query(select(idempotency.c.input_hash, idempotency.c.result).where(*OWN))
SETTLE = Query(
    update(idempotency).where(*OWN).values(result=asked("made", JSONB)).returning(idempotency.c.key)
)
REUSED = Refusal(Code.IDEMPOTENCY_KEY_REUSED, "idempotency_key")


async def claim(
    connection: Connection,
    reach: Reach,
    key: str,
    *,
    caller_id: str,
    operation: str,
    input_hash: bytes,
    at: datetime,
) -> Mapping[str, object] | None:
    """Take a key for this transaction; give the first result where it was taken before.

    Insert first: a check before it would let two requests through. While another transaction
    holds the key the insert waits, and IN_PROGRESS is raised when the lock wait runs out. A key
    whose row was cleared away is refused all the same where the ledger has its operation.
    """
    row = {"caller_id": caller_id, "key": key, "input_hash": input_hash, "result": None}
    try:
        taken = await connection.rows(TAKE, reach, **row, created_at=at, operation=operation)
    except asyncpg.LockNotAvailableError as error:
        raise InProgress from error
    if taken:
        ((booked,),) = taken
        refuse(REUSED if booked else None)
        return None
    ((first_hash, result),) = await connection.rows(HELD, reach, caller_id=caller_id, key=key)
    refuse(REUSED if first_hash != input_hash else None)
    return result


async def settle(
    connection: Connection, reach: Reach, caller_id: str, key: str, result: Mapping[str, object]
) -> None:
    """Keep what the request under a key made."""
    made = orjson.dumps(result).decode()
    await connection.rows(SETTLE, reach, caller_id=caller_id, key=key, made=made)
