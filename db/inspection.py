"""Whether a database may be served as it is: by what its login may do, and how far it is."""

from typing import Any

import asyncpg
from sqlalchemy import Integer, literal, select

from db.engine import Engine, alone
from db.query import Query
from db.revision import SECONDS, newest, reached

# A role that the login can become counts as the login does, and on PostgreSQL 15 one that makes
# roles can become any. Owners of tables may switch row security off; owners of the functions that
# sign in and post entries are above some of its policies.
RIGHTS = """
SELECT session_user::text, r.rolname::text, CASE
    WHEN r.rolsuper THEN 'is a superuser'
    WHEN r.rolbypassrls THEN 'bypasses row security'
    WHEN o.owns THEN 'owns tables or functions of it'
    ELSE 'makes roles'
  END
FROM pg_roles r
CROSS JOIN LATERAL (SELECT
  EXISTS (
    SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace)
  OR EXISTS (
    SELECT FROM pg_proc p WHERE p.proowner = r.oid AND p.pronamespace = 'public'::regnamespace
      AND p.prosecdef) AS owns
) o
WHERE pg_has_role(session_user, r.oid, 'MEMBER')
  AND (r.rolsuper OR r.rolbypassrls OR o.owns OR r.rolcreaterole)
ORDER BY r.rolname <> session_user, r.rolname
LIMIT 1
"""
NOTHING = Query(select(literal(1, Integer)))


class Unservable(Exception):
    """Serving from this database would be unsafe or fail; the text says why."""


async def inspect(address: str) -> None:
    """Raise `Unservable` unless row security holds the login and every migration has run (ROL-7).

    The address is the one that is served from, so it may lead through PgBouncer.
    """
    connection = await asyncpg.connect(
        address, timeout=SECONDS, command_timeout=SECONDS, statement_cache_size=0
    )
    try:
        async with connection.transaction(readonly=True):  # in which PgBouncer changes nothing
            await _rights(connection)
            revision = await reached(connection)
    finally:
        await connection.close()
    if revision < newest():
        message = f"the database is at revision {revision or 'none'}, and {newest()} is needed"
        raise Unservable(message)


async def reachable(engine: Engine) -> None:
    """Have the database answer something."""
    await alone(engine, NOTHING)


async def _rights(connection: "asyncpg.Connection[Any]") -> None:
    found = await connection.fetchrow(RIGHTS)
    if found is not None:
        login, role, right = found
        who = f"login {login}" if login == role else f"login {login} may become {role}, who"
        message = f"the database's {who} {right}: row security would not hold it"
        raise Unservable(message)
