"""Every table of the catalogue, held against what separates the fleets (ROL-7)."""

import re

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.embedded import Addresses
from db.migrate import COMPARED
from db.query import Query
from db.tables import COMPANY_WIDE, KEYLESS, metadata
from tests.make import Fleet

OURS = set(metadata.tables)
TENANT = sorted(OURS - COMPANY_WIDE)
ROOT = "subaccount"
"""The fleet itself, whose own id is the key."""


async def test_the_catalogue_has_our_tables_and_no_others(store: asyncpg.Pool) -> None:
    found = await store.fetch(
        "SELECT relname FROM pg_class"
        " WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace"
    )

    assert {row["relname"] for row in found} == OURS | {"alembic_version"}


@pytest.mark.rule("ROL-7")
async def test_every_table_has_row_security_forced_and_a_policy(store: asyncpg.Pool) -> None:
    bare = await store.fetch(
        "SELECT relname FROM pg_class c"
        " WHERE relname = ANY ($1) AND relkind = 'r'"
        " AND NOT (relrowsecurity AND relforcerowsecurity"
        "          AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))",
        sorted(OURS),
    )

    assert [row["relname"] for row in bare] == []


@pytest.mark.rule("ROL-7")
async def test_every_key_of_a_tenant_table_holds_the_fleet(store: asyncpg.Pool) -> None:
    found = await store.fetch(
        "SELECT r.relname, c.conname, array_agg(a.attname) AS columns FROM pg_constraint c"
        " JOIN pg_class r ON r.oid = c.conrelid"
        " JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = ANY (c.conkey)"
        " WHERE c.contype IN ('p', 'u', 'f') AND r.relname = ANY ($1) GROUP BY 1, 2",
        [name for name in TENANT if name not in KEYLESS],
    )

    apart = [
        (row["relname"], row["conname"])
        for row in found
        if ("id" if row["relname"] == ROOT else "subaccount_id") not in row["columns"]
    ]
    # An assignment names an operator, who belongs to the company.
    assert apart == [("operator_assignment", "fk_operator_assignment_operator_id")]


@pytest.mark.rule("ROL-7")
async def test_every_unique_index_of_a_tenant_table_holds_the_fleet(store: asyncpg.Pool) -> None:
    found = await store.fetch(
        "SELECT indexname FROM pg_indexes WHERE tablename = ANY ($1)"
        " AND indexdef LIKE 'CREATE UNIQUE%' AND indexdef NOT LIKE '%subaccount_id%'"
        " AND tablename <> $2",
        [name for name in TENANT if name not in KEYLESS],
        ROOT,
    )

    assert [row["indexname"] for row in found] == []


@pytest.mark.rule("ROL-7")
@pytest.mark.parametrize("table", TENANT)
async def test_without_the_setting_no_row_exists(
    engine: AsyncEngine, fleet: Fleet, table: str
) -> None:
    await fleet.customer(balance=1000)

    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, asyncpg.Connection)
        try:
            seen = await raw.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
        except asyncpg.InsufficientPrivilegeError:
            seen = 0  # not even by name

    assert seen == 0


@pytest.mark.rule("ROL-7")
async def test_no_policy_of_ours_holds_a_subquery(store: asyncpg.Pool) -> None:
    found = await store.fetch("SELECT policyname, qual FROM pg_policies WHERE qual LIKE '%SELECT%'")

    assert [row["policyname"] for row in found] == []


async def test_the_application_owns_nothing_and_passes_no_policy(store: asyncpg.Pool) -> None:
    found = await store.fetchrow(
        "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) AS above,"
        " (SELECT count(*) FROM pg_class WHERE relowner = 'kickstand'::regrole) AS owned"
        " FROM pg_roles WHERE rolname LIKE 'kickstand%' AND rolname <> 'kickstand_owner'"
    )

    assert found is not None
    assert (found["above"], found["owned"]) == (False, 0)


UNBOUND = {
    "INSERT INTO audit_entry": "the policy holds the new row against the fleets",
    "INSERT INTO customer_note": "the policy holds the new row against the fleets",
    "INSERT INTO identity_verification": "the policy holds the new row against the fleets",
    "INSERT INTO referral": "the policy holds the new row against the fleets",
    "INSERT INTO rider": "the policies hold the new row against the fleets and the caller",
    "INSERT INTO signup": "the policy holds the new row against the fleets",
    "INSERT INTO device": "the policy holds the new row against the fleets",
    "INSERT INTO job": "the policy holds the new row against the fleets",
    "INSERT INTO notification": "the policy holds the new row against the fleets",
    "INSERT INTO push": "the policy holds the new row against the fleets",
    "FROM take_jobs": "a worker works for every fleet, by a function that gives it jobs alone",
    "FROM dead_jobs": "so does whoever looks after the workers",
    "idempotency": "kept by caller, and so is its policy",
}
"""Queries on tenant tables that name no fleet, by what they do, and why."""


@pytest.mark.rule("ROL-7")
def test_every_query_says_within_which_fleets() -> None:
    named = re.compile(rf"\b({'|'.join(TENANT)})\b")
    silent = [query.text for query in Query.known if "subaccounts" not in query.parameters]

    unexplained = [
        text for text in silent if named.search(text) and not any(part in text for part in UNBOUND)
    ]
    assert unexplained == []


async def test_the_migrations_make_what_the_tables_declare(database: Addresses) -> None:
    def compare(connection: Connection) -> list[object]:
        connection.execute(text("SET search_path = public"))
        context = MigrationContext.configure(connection, opts=dict(COMPARED))
        return list(compare_metadata(context, metadata))

    engine = create_async_engine(make_url(database.owner).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        differences = await connection.run_sync(compare)
    await engine.dispose()

    assert differences == []
