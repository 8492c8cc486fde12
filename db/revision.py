"""How far a database is migrated, and bringing it to the newest revision where it is not."""

from pathlib import Path
from typing import Any, TypeAlias

import asyncpg

from db.address import driven, login

Connection: TypeAlias = "asyncpg.Connection[Any]"

VERSIONS = Path(__file__).parent / "migrations" / "versions"
SECONDS = 10
"""That a connection or a statement may take; migrations have limits of their own."""

READABLE = "SELECT has_table_privilege(to_regclass('public.alembic_version'), 'SELECT')"
OPEN = (
    "SELECT pg_has_role($1, 'kickstand_app', 'MEMBER')"
    " AND has_table_privilege('kickstand_app', 'public.alembic_version', 'SELECT')"
)


def newest() -> str:
    """The last revision that this program knows. Their files are numbered, and so are they."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


async def reached(connection: Connection) -> str:
    """The revision of a database; no text where it was never migrated, or does not say."""
    if not await connection.fetchval(READABLE):
        return ""
    return str(await connection.fetchval("SELECT version_num FROM public.alembic_version"))


async def catch_up(owner: str, application: str) -> bool:
    """Migrate a database, and let the application's login in; False where nothing was to do.

    One that a newer program migrated is left as it is: migrations run forward only (OPS-4).
    """
    connection = await asyncpg.connect(owner, timeout=SECONDS, command_timeout=SECONDS)
    try:
        if await reached(connection) >= newest() and await connection.fetchval(
            OPEN, login(application)
        ):
            return False
        from db.migrate import migrate  # noqa: PLC0415  (alembic takes longer than the rest)

        url = driven(owner).render_as_string(hide_password=False)
        await migrate(url, login(application))
    finally:
        await connection.close()
    return True
