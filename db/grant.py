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
APPOINT = """
INSERT INTO operator (id, issuer, subject, name, email, role) VALUES ($1, $2, $1, $3, $4, $5)
ON CONFLICT (issuer, subject) DO UPDATE SET role = excluded.role
"""
ASSIGN = """
INSERT INTO operator_assignment (operator_id, subaccount_id)
SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING
"""
CUSTOMER = """
SELECT c.subaccount_id, r.issuer, r.subject FROM customer c
LEFT JOIN rider r ON r.subaccount_id = c.subaccount_id AND r.customer_id = c.id
WHERE c.id = $1 AND c.deleted_at IS NULL
"""
BIND = "INSERT INTO rider (subaccount_id, customer_id, issuer, subject) VALUES ($1, $2, $3, $2)"
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
    """An operator for whom a token will be made; the token's subject is the id."""

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


async def fleets(owner: str) -> list[str]:
    """The ids of all fleets."""
    async with _transaction(owner) as connection:
        return [row[0] for row in await connection.fetch(FLEETS)]


async def appoint(owner: str, operator: NewOperator, subaccount_ids: Sequence[str]) -> None:
    """Make sure of an operator with its role, and of its assignment to these fleets."""
    async with _transaction(owner, subaccount_ids) as connection:
        who = operator.id, operator.issuer, operator.name, operator.email, operator.role
        await connection.execute(APPOINT, *who)
        await connection.execute(ASSIGN, operator.id, subaccount_ids)


async def bind(owner: str, issuer: str, customer_id: str) -> str:
    """The subject under which an issuer's tokens are this customer, who is bound if need be."""
    async with _transaction(owner) as connection:
        found = await connection.fetchrow(CUSTOMER, customer_id)
        if found is None:
            message = f"no customer has the id {customer_id}"
            raise Ungrantable(message)
        subaccount_id, bound, subject = found
        if bound is None:
            await _reach(connection, [subaccount_id])
            await connection.execute(BIND, subaccount_id, customer_id, issuer)
            return customer_id
        if bound != issuer:
            message = f"{customer_id} signs in with {bound}"
            raise Ungrantable(message)
        return str(subject)


async def keep_key(owner: str, key: NewKey) -> None:
    """Keep a partner's key; one that has the same id is no longer good."""
    async with _transaction(owner, [key.subaccount_id]) as connection:
        await connection.execute(
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


@asynccontextmanager
async def _transaction(owner: str, subaccount_ids: Sequence[str] = ()) -> AsyncIterator[Connection]:
    """A transaction that reaches these fleets; `Ungrantable` names those that do not exist."""
    connection = await asyncpg.connect(owner, timeout=SECONDS, command_timeout=SECONDS)
    try:
        async with connection.transaction():
            known = {row[0] for row in await connection.fetch(FLEETS)}
            unknown = [id for id in subaccount_ids if id not in known]
            if unknown:
                message = f"no fleet has the id {unknown[0]}"
                raise Ungrantable(message)
            await _reach(connection, subaccount_ids)
            yield connection
    finally:
        await connection.close()


async def _reach(connection: Connection, subaccount_ids: Sequence[str]) -> None:
    listed = ",".join(subaccount_ids)
    await connection.execute("SELECT set_config('app.subaccounts', $1, true)", listed)
