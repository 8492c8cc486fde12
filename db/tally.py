"""A fleet's counters: what the cards, the tabs and the loyalty program count.

The functions that write customers and the ledger keep them, each connection in a slot of its own.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Named,
    SmallInteger,
    Table,
    Text,
    TypedColumns,
)

from db.tables import fleet_key, metadata


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
