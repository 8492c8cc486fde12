"""Bringing a database up to date, as the owner of its tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from db import (  # importing them fills the metadata
    audit,
    customer,
    device,
    goal,
    idempotency,
    identity,
    job,
    listing,
    location,
    loyalty,
    note,
    notification,
    operator,
    package,
    partner,
    payment_method,
    phone,
    plan,
    promo,
    push,
    referral,
    ride,
    signup,
    subaccount,
    tally,
    vehicle,
    wallet,
)
from db.tables import metadata

FEATURES = (
    audit, customer, device, goal, idempotency, identity, job, listing, location, loyalty, note,
    notification, operator, package, partner, payment_method, phone, plan, promo, push, referral,
    ride, signup, subaccount, tally, vehicle, wallet,
)  # fmt: skip
FOLDER = Path(__file__).parent / "migrations"
COMPARED: Mapping[str, Any] = {"target_metadata": metadata, "compare_server_default": False}
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
LOCK = 0x6B696373  # any number of ours: one migration at a time, whoever starts it


async def migrate(owner_url: str, app_user: str) -> None:
    """Run what is missing of the migrations, and let the application's login in."""
    engine = create_async_engine(make_url(owner_url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
            group = connection.dialect.identifier_preparer.quote(app_user)
            await connection.execute(text(f"GRANT kickstand_app TO {group}"))
    finally:
        await engine.dispose()


def config(connection: Connection) -> Config:
    """Alembic's configuration; it needs no file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    for extension in EXTENSIONS:
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public"))
    command.upgrade(config(connection), "head")
    # The server reads how far the database is before it serves.
    connection.execute(text("GRANT SELECT ON alembic_version TO kickstand_app"))
