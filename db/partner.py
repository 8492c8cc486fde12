"""Partners' keys; only a hash of each secret is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Named,
    Table,
    Text,
    TypedColumns,
    select,
)

from db.query import Connection, Query
from db.tables import among, fleet_key, listed, metadata, within
from db.types import Instant
from domain.access import Reach, Scope
from domain.ids import SubaccountId
from domain.partner import PartnerKey


class PartnerKeyColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    prefix: Named[str] = Column(Text)
    secret_hash: Named[bytes] = Column(LargeBinary)
    scopes: Named[list[Scope]] = Column(ARRAY(Text))
    rate_limit_per_minute: Named[int] = Column(Integer)
    expires_at: Named[datetime | None] = Column(Instant)
    last_used_at: Named[datetime | None] = Column(Instant)
    revoked_at: Named[datetime | None] = Column(Instant)
    created_at: Named[datetime] = Column(Instant)


partner_key = Table(
    "partner_key",
    metadata,
    PartnerKeyColumns,
    fleet_key(),
    CheckConstraint(f"scopes <@ ARRAY[{listed([*Scope])}]", "scopes"),
    CheckConstraint("rate_limit_per_minute > 0", "rate_limit"),
    CheckConstraint("octet_length(secret_hash) = 32", "secret_hash"),
    Index(None, "id"),  # a key signs in before its fleet is known
)

BY_ID = Query(
    select(
        partner_key.c.id,
        partner_key.c.subaccount_id,
        partner_key.c.name,
        partner_key.c.prefix,
        partner_key.c.scopes,
        partner_key.c.rate_limit_per_minute,
        partner_key.c.expires_at,
        partner_key.c.last_used_at,
        partner_key.c.revoked_at,
        partner_key.c.created_at,
    ).where(within(partner_key.c.subaccount_id), among(partner_key.c.id))
)


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, PartnerKey]:
    """The keys of the caller's fleets, of those asked for; revoked ones too."""
    return {row[0]: _key(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


def _key(row: tuple[Any, ...]) -> PartnerKey:
    id, subaccount_id, name, prefix, scopes, *rest = row
    owner = subaccount_id
    return PartnerKey(id, owner, name, prefix, tuple(map(Scope, scopes)), *rest)
