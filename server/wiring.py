"""From the settings to the running parts: the only place that knows every one of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress

from starlette.applications import Starlette

from actions.action import Performer
from db.address import driven
from db.engine import Engine, connect
from domain.access import CallerKind, Client
from domain.origin import Origin
from domain.ports import PushService
from integrations.addresses import LocalAtlas
from integrations.borders import ShippedBorders
from integrations.jwks import RemoteKeys
from integrations.libphonenumber import OfflineDirectory
from integrations.push import ExpoPushes, LoggedPushes
from resolvers.context import Context
from schema.build import schema
from server import assessment, health
from server.app import app
from server.assessment import Lookups
from server.authenticate import Authenticator, Issuer
from server.clock import clock
from server.development import Development
from server.failure import Misconfigured
from server.graphql import FrontDoor
from server.handlers import handlers
from server.settings import Settings, variable
from server.worker import Worker

LANES = 8
"""Jobs that a worker runs at a time; fewer beside a server, which has the same pool."""
LANES_BESIDE = 4
DRAIN_SECONDS = 10
DRAIN_SECONDS_BESIDE = 3


def wire(settings: Settings, address: str, development: Development | None = None) -> Starlette:
    """The application over the database at an address; for developers, with what only they have."""
    engine = _engine(settings, address)
    performer = Performer(engine, clock)
    authenticator, remote_keys = _authenticator(engine, settings, development)

    def context(caller: Client, origin: Origin) -> Context:
        return Context(engine, performer, clock, caller, origin)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _at_work(settings, engine, performer) if development else nullcontext():
            yield
        await performer.drain()
        for keys in remote_keys:
            await keys.close()
        await engine.dispose()

    front_door = FrontDoor(
        schema,
        context,
        authenticator,
        clock,
        introspection=settings.introspection,
        open_introspection=development is not None,
        trusted_proxies=settings.trusted_proxies,
    )
    return app(front_door, health.routes(engine), lifespan, with_explorer=development is not None)


async def work(settings: Settings, address: str) -> None:
    """Run the jobs of the database at an address until cancelled."""
    engine = _engine(settings, address)
    performer = Performer(engine, clock)
    try:
        async with _worker(settings, engine, performer, LANES, DRAIN_SECONDS) as worker:
            await worker.run()
    finally:
        await performer.drain()
        await engine.dispose()


@asynccontextmanager
async def _at_work(settings: Settings, engine: Engine, performer: Performer) -> AsyncIterator[None]:
    """A worker runs jobs, while something else goes on in the same process."""
    async with _worker(settings, engine, performer, LANES_BESIDE, DRAIN_SECONDS_BESIDE) as worker:
        task = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def _worker(
    settings: Settings, engine: Engine, performer: Performer, lanes: int, drain_seconds: float
) -> AsyncIterator[Worker]:
    """A worker, with the services that its jobs need."""
    push_service = _push_service(settings)
    try:
        jobs = {**handlers(push_service), **assessment.handlers(_lookups(settings))}
        yield Worker(engine, performer, jobs, lanes, drain_seconds)
    finally:
        await push_service.close()


def _engine(settings: Settings, address: str) -> Engine:
    url = driven(address).render_as_string(hide_password=False)
    return connect(url, pgbouncer=settings.pgbouncer)


def _push_service(settings: Settings) -> PushService:
    """Whoever brings messages to phones."""
    if settings.push == "log":
        return LoggedPushes()
    try:
        return ExpoPushes(settings.expo_url, settings.expo_access_token)
    except ValueError as error:
        message = f"{variable('expo_url')}: {error}"
        raise Misconfigured(message) from error


def _lookups(settings: Settings) -> Lookups:
    """Whom the jobs ask about numbers and places; what is shipped with us is loaded here."""
    try:
        atlas = LocalAtlas(settings.city_database)
    except ValueError as error:
        message = f"{variable('city_database')}: {error}"
        raise Misconfigured(message) from error
    return Lookups(OfflineDirectory(), atlas, ShippedBorders())


def _authenticator(
    engine: Engine, settings: Settings, development: Development | None
) -> tuple[Authenticator, Sequence[RemoteKeys]]:
    """Whoever is believed, and the keys that are fetched for it."""
    try:
        remote = [RemoteKeys(issuer.jwks_url) for issuer in settings.issuers]
        issuers = [
            Issuer(told.issuer, told.audience, CallerKind(told.kind), told.algorithms, keys)
            for told, keys in zip(settings.issuers, remote, strict=True)
        ]
        issuers += development.issuers if development else []
        return Authenticator(engine, issuers, clock), remote
    except ValueError as error:
        message = f"{variable('issuers')}: {error}"
        raise Misconfigured(message) from error
