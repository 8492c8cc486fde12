"""The real thing for every test: PostgreSQL, the application's own role, HTTP and credentials."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from actions.action import Performer
from db import migrate
from db.address import driven
from db.demo import CUSTOMERS_MIN, load
from db.embedded import Addresses, Cluster
from db.engine import connect
from resolvers.context import Context
from schema.build import schema
from server.app import app
from server.authenticate import Authenticator
from server.development import OPERATORS, RIDERS, Development
from server.graphql import FrontDoor
from tests import postgres
from tests.api import Api
from tests.crowd import Crowd, gathered
from tests.demo import DemoFleet, explored
from tests.make import Fleet, Make

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


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


async def migrated(owner_url: str) -> None:
    await migrate.migrate(owner_url, app_user="kickstand")


@pytest.fixture(scope="session")
async def database(server: Cluster) -> Addresses:
    """A migrated database of this worker's own."""
    template = await postgres.template(server, _fingerprint(), migrated)
    return await postgres.clone(server, template, f"test_{WORKER}")


def _fingerprint() -> str:
    """A hash of all that makes the schema."""
    scripts = sorted(Path(migrate.FOLDER).rglob("*.*"))
    texts = b"".join(script.read_bytes() for script in scripts if script.suffix != ".pyc")
    return sha256(texts).hexdigest()


@asynccontextmanager
async def privileged(server: Cluster, database: Addresses) -> AsyncIterator[asyncpg.Pool]:
    """Above all policies: tests arrange and inspect with it, and nothing else does."""
    url = server.url("postgres", make_url(database.application).database or "")
    settings = {"lock_timeout": "20s"}  # longer than anything of ours holds a lock
    async with asyncpg.create_pool(url, min_size=1, max_size=4, server_settings=settings) as pool:
        yield pool


@pytest.fixture(scope="session")
async def store(server: Cluster, database: Addresses) -> AsyncIterator[asyncpg.Pool]:
    async with privileged(server, database) as pool:
        yield pool


@asynccontextmanager
async def connected(database: Addresses) -> AsyncIterator[AsyncEngine]:
    """The application's own role. Every test also proves that no connection is left taken."""
    engine = connect(driven(database.application).render_as_string(hide_password=False))
    yield engine
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    await engine.dispose()


@pytest.fixture
async def engine(database: Addresses) -> AsyncIterator[AsyncEngine]:
    async with connected(database) as engine:
        yield engine


class Clock:
    """The clock of the server and of its tokens; a test may stop it at any time."""

    at: datetime | None = None

    def __call__(self) -> datetime:
        return self.at or datetime.now(UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make(store: asyncpg.Pool, tmp_path: Path, clock: Clock) -> Make:
    return Make(store, Development(tmp_path, clock))


@pytest.fixture
async def fleet(make: Make) -> Fleet:
    """A new subaccount: tests are apart as tenants are, and none has to clean up."""
    return await make.fleet()


@asynccontextmanager
async def application(
    engine: AsyncEngine, issuer: Development, clock: Clock
) -> AsyncIterator[Starlette]:
    """The whole server as developers have it, over a pool that the test can look into."""
    performer = Performer(engine, clock)
    front_door = FrontDoor(
        schema,
        lambda caller, origin: Context(engine, performer, clock, caller, origin),
        Authenticator(engine, issuer.issuers, clock),
        clock,
        introspection=True,
        open_introspection=True,
    )
    yield app(front_door, (), None, with_explorer=True)
    await performer.drain()


@asynccontextmanager
async def served(engine: AsyncEngine, make: Make, clock: Clock) -> AsyncIterator[Api]:
    """The whole server, but for the socket."""
    async with application(engine, make.issuer, clock) as made:
        transport = httpx.ASGITransport(made, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://kickstand") as client:
            yield Api(client)


@pytest.fixture
async def api(engine: AsyncEngine, make: Make, clock: Clock) -> AsyncIterator[Api]:
    async with served(engine, make, clock) as api:
        yield api


@pytest.fixture(scope="session")
def shared(store: asyncpg.Pool, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """For fleets that several tests read, and leave as they are."""
    return Make(store, Development(tmp_path_factory.mktemp("issuer"), Clock()))


@pytest.fixture
async def shared_api(engine: AsyncEngine, shared: Make) -> AsyncIterator[Api]:
    async with served(engine, shared, Clock()) as api:
        yield api


@pytest.fixture(scope="session")
async def crowd(shared: Make) -> Crowd:
    """Customers of every kind."""
    return await gathered(await shared.fleet())


@pytest.fixture(scope="session")
async def demo_database(server: Cluster) -> Addresses:
    """A database of this worker's own for the demo, which tests read and leave as it is."""
    template = await postgres.template(server, _fingerprint(), migrated)
    return await postgres.clone(server, template, f"demo_{WORKER}")


@pytest.fixture(scope="session")
async def demo(
    server: Cluster, demo_database: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DemoFleet]:
    """The smallest demo, and the people around its interesting customer."""
    told = await load(
        demo_database.owner,
        now=datetime.now(UTC),
        customers=CUSTOMERS_MIN,
        issuer=OPERATORS,
        rider_issuer=RIDERS,
    )
    async with privileged(server, demo_database) as store:
        issuer = Development(tmp_path_factory.mktemp("issuer"), Clock())
        yield await explored(Make(store, issuer), told)


@pytest.fixture
async def demo_engine(demo_database: Addresses) -> AsyncIterator[AsyncEngine]:
    async with connected(demo_database) as engine:
        yield engine


@pytest.fixture
async def demo_api(demo_engine: AsyncEngine, demo: DemoFleet) -> AsyncIterator[Api]:
    async with served(demo_engine, demo.make, Clock()) as api:
        yield api
