"""The real thing for every test: PostgreSQL, the application's own role, HTTP and credentials."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.action import Performer
from db import migrate
from db.embedded import Addresses, Cluster
from db.engine import connect
from resolvers.context import Context
from schema.build import schema
from server.app import app
from server.authenticate import Authenticator
from server.development import Development
from server.graphql import FrontDoor
from tests import postgres
from tests.api import Api
from tests.make import Fleet, Make


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the controller of the workers, or the only process
        config.add_cleanup(postgres.throwaway())


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Cluster:
    """The PostgreSQL of this run."""
    return postgres.server()


@pytest.fixture(scope="session")
async def database(server: Cluster) -> Addresses:
    """A migrated database of this worker's own."""

    async def migrated(owner_url: str) -> None:
        await migrate.migrate(owner_url, app_user="kickstand")

    scripts = sorted(Path(migrate.FOLDER).rglob("*.*"))
    texts = b"".join(script.read_bytes() for script in scripts if script.suffix != ".pyc")
    name = await postgres.template(server, sha256(texts).hexdigest(), migrated)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return await postgres.clone(server, name, f"test_{worker}")


@pytest.fixture(scope="session")
async def store(server: Cluster, database: Addresses) -> AsyncIterator[asyncpg.Pool]:
    """Above all policies: tests arrange and inspect with it, and nothing else does."""
    name = make_url(database.application).database or ""
    async with asyncpg.create_pool(server.url("postgres", name), min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def engine(database: Addresses) -> AsyncIterator[AsyncEngine]:
    """The application's own role. Every test also proves that no connection is left taken."""
    url = make_url(database.application).set(drivername="postgresql+asyncpg")
    engine = connect(url.render_as_string(hide_password=False))
    yield engine
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    await engine.dispose()


@pytest.fixture
async def make(store: asyncpg.Pool, tmp_path: Path) -> Make:
    return Make(store, Development(tmp_path, now))


@pytest.fixture
async def fleet(make: Make) -> Fleet:
    """A new subaccount: tests are apart as tenants are, and none has to clean up."""
    return await make.fleet()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def api(engine: AsyncEngine, make: Make) -> AsyncIterator[Api]:
    """The whole server, but for the socket."""
    performer = Performer(engine, now)
    front_door = FrontDoor(
        schema,
        lambda caller, origin: Context(engine, performer, now, caller, origin),
        Authenticator(engine, make.issuer.issuers, now),
        now,
        introspection=True,
        open_introspection=True,
    )
    served = app(front_door, (), None, with_explorer=False)
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kickstand") as client:
        yield Api(client)
    await performer.drain()
