"""Giving access to one's own product from the command line, as the owner of its database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from db.revision import SECONDS
from domain.access import Role, Scope

Connection: TypeAlias = "asyncpg.Connection[Any]"

FLEETS = "SELECT id FROM subaccount ORDER BY id"
KNOWS = "SELECT EXISTS (SELECT FROM operator WHERE issuer = $1 AND subject = $2)"
APPOINT = """
INSERT INTO operator (id, issuer, subject, name, email, role) VALUES ($1, $2, $1, $3, $4, $5)
ON CONFLICT (issuer, subject) DO NOTHING RETURNING id
"""
ASSIGN = """
INSERT INTO operator_assignment (operator_id, subaccount_id)
SELECT $1, unnest($2::text[])
"""
CUSTOMER = """
SELECT c.subaccount_id, r.issuer, r.subject FROM customer c
LEFT JOIN rider r ON r.subaccount_id = c.subaccount_id AND r.customer_id = c.id
WHERE c.id = $1 AND c.deleted_at IS NULL
"""
# Only the demo names a rider after the customer; see Desk.bind.
SHOWN = "SELECT subaccount_id, customer_id FROM rider WHERE issuer = $1 AND subject = customer_id"
BIND = "INSERT INTO rider (subaccount_id, customer_id, issuer, subject) VALUES ($1, $2, $3, $4)"
KEEP_KEY = """
INSERT INTO partner_key (subaccount_id, id, name, prefix, secret_hash, scopes,
  rate_limit_per_minute, expires_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (subaccount_id, id) DO UPDATE SET prefix = excluded.prefix,
  secret_hash = excluded.secret_hash, scopes = excluded.scopes, expires_at = excluded.expires_at,
  revoked_at = NULL
"""


@dataclass(frozen=True, slots=True)
class NewOperator:
    """An operator for whom tokens will be made; their subject is the id."""

    id: str
    issuer: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class NewKey:
    """A partner's key as it is kept: without the secret."""

    subaccount_id: str
    id: str
    name: str
    prefix: str
    secret_hash: bytes
    scopes: Sequence[Scope]
    rate_limit_per_minute: int
    expires_at: datetime
    created_at: datetime


class Ungrantable(Exception):
    """There is nobody or nothing to give access to; the text says which."""


class Desk:
    """Where access is given, all of it in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fleets(self) -> list[str]:
        """The ids of all fleets."""
        return [row[0] for row in await self._connection.fetch(FLEETS)]

    async def shown(self, issuer: str) -> tuple[str, str] | None:
        """The fleet and the id of the customer that the demo shows around, if it is loaded."""
        found = await self._connection.fetchrow(SHOWN, issuer)
        return found and (found[0], found[1])

    async def knows(self, issuer: str, subject: str) -> bool:
        """Whether there is an operator whom a token names so."""
        return bool(await self._connection.fetchval(KNOWS, issuer, subject))

    async def appoint(self, operator: NewOperator, subaccount_ids: Sequence[str]) -> None:
        """Make this operator, for these fleets; one who is there is left alone."""
        await self._reach(subaccount_ids)
        who = operator.id, operator.issuer, operator.name, operator.email, operator.role
        made = await self._connection.fetchval(APPOINT, *who)
        if made is not None:
            await self._connection.execute(ASSIGN, operator.id, subaccount_ids)

    async def bind(self, issuer: str, customer_id: str) -> str:
        """The subject under which an issuer's tokens are this customer, new if there was none."""
        found = await self._connection.fetchrow(CUSTOMER, customer_id)
        if found is None:
            message = f"no customer has the id {customer_id}"
            raise Ungrantable(message)
        subaccount_id, bound, subject = found
        if bound not in {None, issuer}:
            message = f"the customer {customer_id} signs in with {bound}"
            raise Ungrantable(message)
        if bound is None:
            subject = f"rider-{customer_id}"
            await self._reach([subaccount_id])
            await self._connection.execute(BIND, subaccount_id, customer_id, issuer, subject)
        return str(subject)

    async def keep_key(self, key: NewKey) -> None:
        """Keep a partner's key; one that has the same id is no longer good."""
        await self._reach([key.subaccount_id])
        await self._connection.execute(
            KEEP_KEY,
            key.subaccount_id,
            key.id,
            key.name,
            key.prefix,
            key.secret_hash,
            key.scopes,
            key.rate_limit_per_minute,
            key.expires_at,
            key.created_at,
        )

    async def _reach(self, subaccount_ids: Sequence[str]) -> None:
        """Let row security show these fleets; `Ungrantable` names one that does not exist."""
        unknown = sorted({*subaccount_ids}.difference(await self.fleets()))
        if unknown:
            message = f"no fleet has the id {unknown[0]}"
            raise Ungrantable(message)
        listed = ",".join(subaccount_ids)
        await self._connection.execute("SELECT set_config('app.subaccounts', $1, true)", listed)


@asynccontextmanager
async def desk(owner: str) -> AsyncIterator[Desk]:
    """A desk for the owner of a database; what is given there counts when it closes."""
    connection = await asyncpg.connect(owner, timeout=SECONDS, command_timeout=SECONDS)
    try:
        async with connection.transaction():
            yield Desk(connection)
    finally:
        await connection.close()
