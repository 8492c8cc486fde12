"""What was sent to which phone: a message that the push service took is not sent there again."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Named,
    Table,
    Text,
    TypedColumns,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.query import Connection, Query
from db.tables import among, asked, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.ids import SubaccountId
from domain.push import PushOutcome, SentPush


class PushColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    notification_id: Named[str] = Column(Text, primary_key=True)
    token: Named[str] = Column(Text, primary_key=True)
    outcome: Named[PushOutcome] = Column(one_of(PushOutcome))
    ticket: Named[str | None] = Column(Text)
    reason: Named[str | None] = Column(Text)
    sent_at: Named[datetime] = Column(Instant)


push = Table(
    "push",
    metadata,
    PushColumns,
    refers("notification_id", "notification"),
    CheckConstraint("(outcome = 'REJECTED') = (reason IS NOT NULL)", "reason"),
    Index("ix_push_sent_at", "sent_at"),
)

SENT = Query(
    select(push.c.notification_id, push.c.token, push.c.outcome, push.c.ticket, push.c.reason)
    .where(within(push.c.subaccount_id), among(push.c.notification_id))
    .order_by(push.c.sent_at, push.c.token)
)
ADD = Query(insert(push).on_conflict_do_nothing().returning(push.c.token))
SETTLE = Query(
    update(push)
    .where(
        within(push.c.subaccount_id),
        push.c.notification_id == asked("notification_id", Text),
        push.c.token == asked("token", Text),
        push.c.outcome == PushOutcome.ACCEPTED,
    )
    .values(outcome=asked("told", push.c.outcome.type), reason=asked("why", Text))
    .returning(push.c.token)
)


async def of_notifications(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, list[SentPush]]:
    """What was sent of each message, in the order in which it was; the program alone reads it."""
    found: dict[str, list[SentPush]] = {id: [] for id in ids}
    for notification_id, token, outcome, ticket, reason in await connection.rows(
        SENT, reach, keys=ids
    ):
        found[notification_id].append(SentPush(token, outcome, ticket, reason))
    return found


async def add(
    connection: Connection,
    reach: Reach,
    sent: SentPush,
    *,
    subaccount_id: SubaccountId,
    notification_id: str,
    at: datetime,
) -> None:
    """Keep what the push service said of a message to a phone; what it said first stays."""
    of = {"subaccount_id": subaccount_id, "notification_id": notification_id, "sent_at": at}
    await connection.rows(ADD, reach, **asdict(sent), **of)


async def settle(
    connection: Connection,
    reach: Reach,
    notification_id: str,
    token: str,
    outcome: PushOutcome,
    reason: str | None,
) -> None:
    """Keep what became of an accepted message; of one that is settled, what it is stays."""
    told = {"notification_id": notification_id, "token": token, "told": outcome, "why": reason}
    await connection.rows(SETTLE, reach, **told)
