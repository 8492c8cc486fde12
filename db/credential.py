"""What a credential says of its bearer.

Signing in happens before any fleet is known: three functions of the database read past the
tenant policies, and give what one credential needs. The riders' also notes when they last were
active (CUS-8).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Boolean, LargeBinary, Text, column, func, select

from db.engine import Engine, alone
from db.query import Query
from db.tables import asked
from db.types import Instant
from domain.access import Operator, Role, Scope
from domain.ids import CustomerId, SubaccountId

ISSUER, SUBJECT = asked("issuer", Text), asked("subject", Text)
OPERATOR = Query(
    select(
        column("operator_id", Text),
        column("operator_role", Text),
        column("operator_locale", Text),
        column("subaccounts", ARRAY(Text)),
    ).select_from(func.sign_in_operator(ISSUER, SUBJECT))
)
RIDER = Query(
    select(
        column("rider_subaccount", Text),
        column("rider_customer", Text),
        column("deleted", Boolean),
        column("chosen", Boolean),
    ).select_from(func.sign_in_rider(ISSUER, SUBJECT, asked("fleet", Text), asked("at", Instant)))
)
PARTNER = Query(
    select(
        column("key_subaccount", Text),
        column("hash", LargeBinary),
        column("key_scopes", ARRAY(Text)),
        column("expires", Instant),
        column("revoked", Instant),
    ).select_from(func.sign_in_partner(asked("id", Text)))
)


@dataclass(frozen=True, slots=True)
class Binding:
    """The customer that a rider is in one fleet (ROL-8), and whether that is the one meant."""

    subaccount_id: SubaccountId
    customer_id: CustomerId
    deleted: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class KeptKey:
    """What is kept of a partner's key: enough to recognise it, and what it is good for."""

    subaccount_id: SubaccountId
    secret_hash: bytes
    scopes: frozenset[Scope]
    expires_at: datetime | None
    revoked_at: datetime | None


async def operator(engine: Engine, issuer: str, subject: str) -> Operator | None:
    """The operator that a token names, with the role and fleets that it has now (ROL-6)."""
    found = await alone(engine, OPERATOR, issuer=issuer, subject=subject)
    if not found:
        return None
    id, role, locale, fleets = found[0]
    return Operator(id, Role(role), tuple(map(SubaccountId, fleets)), locale)


async def bindings(
    engine: Engine, issuer: str, subject: str, fleet: str | None, at: datetime
) -> list[Binding]:
    """Who a rider is, one in each fleet at most; deleted customers are marked as such.

    The one in the fleet that is named is chosen, or without a name the only one alive; it was
    last active at this minute.
    """
    found = await alone(engine, RIDER, issuer=issuer, subject=subject, fleet=fleet, at=at)
    return [Binding(*row) for row in found]


async def partner_key(engine: Engine, id: str) -> KeptKey | None:
    """The key of this id, whether it is still good or not."""
    found = await alone(engine, PARTNER, id=id)
    if not found:
        return None
    fleet, secret_hash, scopes, expires_at, revoked_at = found[0]
    granted = frozenset(map(Scope, scopes))
    return KeptKey(fleet, secret_hash, granted, expires_at, revoked_at)
