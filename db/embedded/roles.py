"""What a new cluster needs before the migrations: two roles and the database."""

from dataclasses import dataclass

import asyncpg

from db.embedded.account import DEADLINE
from db.embedded.cluster import SUPERUSER, Cluster
from db.embedded.files import make_password

OWNER = "kickstand_owner"
APPLICATION = "kickstand"
DATABASE = "kickstand"
# Processes that prepare at the same time do so one after the other.
ALONE = "SELECT pg_advisory_lock(hashtext('kickstand.prepare'))"


@dataclass(frozen=True, slots=True)
class Addresses:
    """One database, twice: for the migrations, and for the server with hardly any rights."""

    owner: str
    application: str


async def prepare(cluster: Cluster) -> Addresses:
    """Make the roles and the database where they are missing; changes nothing the second time."""
    connection = await asyncpg.connect(
        cluster.url(SUPERUSER, "postgres"),
        timeout=DEADLINE,
        server_settings={"lock_timeout": f"{DEADLINE:.0f}s"},
    )
    try:
        await connection.execute(ALONE)
        await _role(connection, OWNER, "CREATEROLE", make_password(cluster.folder, OWNER))
        await _role(
            connection, APPLICATION, "NOCREATEROLE", make_password(cluster.folder, APPLICATION)
        )
        known = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
        if not await connection.fetchval(known, DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    finally:
        await connection.close()
    return addresses(cluster, DATABASE)


def addresses(cluster: Cluster, database: str) -> Addresses:
    return Addresses(cluster.url(OWNER, database), cluster.url(APPLICATION, database))


async def _role(connection: asyncpg.Connection, name: str, right: str, secret: str) -> None:
    """A role that may log in with this password, also when the file with the last one was lost."""
    known = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"
    if not await connection.fetchval(known, name):
        await connection.execute(f"CREATE ROLE {name}")
    # Utility statements take no parameters; all three are words of ours, without quotes.
    await connection.execute(
        f"ALTER ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB {right} PASSWORD '{secret}'"
    )
