"""A fleet's counters: what the cards, the tabs and the loyalty program count.

The functions that write customers and the ledger keep them, each transaction in a slot that no
other holds meanwhile.
"""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Named,
    SmallInteger,
    Table,
    Text,
    TypedColumns,
    cast,
    func,
    select,
)

from db.query import AnyQuery, Connection, Query
from db.tables import among, fleet_key, metadata, within
from domain.access import Reach
from domain.listing import Tally


class TallyColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    slot: Named[int] = Column(SmallInteger, primary_key=True)
    total: Named[int] = Column(BigInteger, server_default="0")
    active: Named[int] = Column(BigInteger, server_default="0")
    blocked: Named[int] = Column(BigInteger, server_default="0")
    identity_required: Named[int] = Column(BigInteger, server_default="0")
    with_debt: Named[int] = Column(BigInteger, server_default="0")
    deleted: Named[int] = Column(BigInteger, server_default="0")
    wallet_value: Named[int] = Column(BigInteger, server_default="0")
    bonuses: Named[int] = Column(BigInteger, server_default="0")
    debt: Named[int] = Column(BigInteger, server_default="0")
    members: Named[int] = Column(BigInteger, server_default="0")
    points: Named[int] = Column(BigInteger, server_default="0")
    issued: Named[int] = Column(BigInteger, server_default="0")
    redeemed: Named[int] = Column(BigInteger, server_default="0")


tally = Table(
    "customer_tally",
    metadata,
    TallyColumns,
    fleet_key(),
    CheckConstraint("slot BETWEEN 0 AND 63", "slot"),
)

COUNTERS = [counter.name for counter in fields(Tally)]
SUMS: AnyQuery = Query(
    select(
        tally.c.subaccount_id,
        *(cast(func.sum(tally.c[name]), BigInteger).label(name) for name in COUNTERS),
    )
    .where(within(tally.c.subaccount_id), among(tally.c.subaccount_id))
    .group_by(tally.c.subaccount_id)
)


async def of_fleets(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> dict[str, Tally]:
    """What the counters of each fleet add up to; all zero before its first customer."""
    found = await connection.rows(SUMS, reach, keys=subaccount_ids)
    known = {id: Tally(*sums) for id, *sums in found}
    return {id: known.get(id, Tally()) for id in subaccount_ids if id in reach.subaccounts}
