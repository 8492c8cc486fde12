"""Who earned the most points: of all time by running totals, of a period by the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Text,
    column,
    func,
    select,
    text,
    true,
)

from db.customer import customer
from db.ledger import EARNED, entry
from db.loyalty import loyalty_member
from db.query import AnyQuery, Connection, Query
from db.tables import asked, within
from db.types import Instant
from domain.access import Reach
from domain.ids import CustomerId
from domain.program import LeaderboardEntry, ranked

Top: TypeAlias = tuple[str, int, datetime | None]
"""A fleet, how many of its customers, and since when their points count; None for ever."""
tops = (
    func.unnest(
        asked("fleets", ARRAY(Text)), asked("sizes", ARRAY(Integer)), asked("times", ARRAY(Instant))
    )
    .table_valued(
        column("fleet", Text), column("size", Integer), column("since", Instant),
        with_ordinality="place",
    )
    .render_derived(name="k")
)  # fmt: skip


def _remains(customer_id: ColumnElement[CustomerId]) -> ScalarSelect[bool]:
    """Whether a customer of the fleet is not deleted.

    A value, not a join: of those in order only the first are looked up, not all of the fleet.
    """
    return (
        select(~customer.c.deleted)
        .where(customer.c.subaccount_id == tops.c.fleet, customer.c.id == customer_id)
        .correlate_except(customer)
        .scalar_subquery()
    )


def _of_each(board: FromClause) -> AnyQuery:
    return Query(select(tops.c.place, *board.c).join_from(tops, board, true()))


EVER = _of_each(
    select(loyalty_member.c.customer_id, loyalty_member.c.lifetime_earned)
    .where(
        within(loyalty_member.c.subaccount_id, loyalty_member.c.customer_id),
        loyalty_member.c.subaccount_id == tops.c.fleet,
        loyalty_member.c.lifetime_earned > 0,
        _remains(loyalty_member.c.customer_id),
    )
    .order_by(loyalty_member.c.lifetime_earned.desc(), loyalty_member.c.customer_id.desc())
    .limit(tops.c.size)
    .lateral("q")
)
earned = func.sum(entry.c.amount).cast(BigInteger)
# An offset keeps what is asked of the sums from being asked of each before they are in order.
sums = (
    select(entry.c.customer_id, earned.label("points"))
    .where(
        within(entry.c.subaccount_id, entry.c.customer_id),
        entry.c.subaccount_id == tops.c.fleet,
        entry.c.created_at >= tops.c.since,
        text(EARNED),
    )
    .group_by(entry.c.customer_id)
    .order_by(earned.desc(), entry.c.customer_id.desc())
    .offset(0)
    .correlate_except(entry)
    .lateral("sums")
)
SINCE = _of_each(
    select(*sums.c)
    .where(_remains(sums.c.customer_id))
    .order_by(sums.c.points.desc(), sums.c.customer_id.desc())
    .limit(tops.c.size)
    .lateral("q")
)


async def of_fleets(
    connection: Connection, reach: Reach, keys: Sequence[Top]
) -> Mapping[Top, Sequence[LeaderboardEntry]]:
    """For each key the customers who earned the most points, but for deleted ones.

    Earned is what `lifetimeEarned` counts: EARN and BONUS, and ADJUSTMENT where it adds. Whoever
    earned nothing is not on the board.
    """
    boards: dict[Top, list[tuple[CustomerId, int]]] = {key: [] for key in keys}
    for query, ever in ((EVER, True), (SINCE, False)):
        chosen = [key for key in keys if (key[2] is None) is ever]
        if chosen:
            fleets, sizes, times = zip(*chosen, strict=True)
            given = {"fleets": fleets, "sizes": sizes, "times": times}
            for place, customer_id, points in await connection.rows(query, reach, **given):
                boards[chosen[place - 1]].append((customer_id, points))
    return {key: ranked(board) for key, board in boards.items()}
