"""From the settings to the running parts: the only place that knows every one of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from actions.action import Performer
from db.address import driven
from db.engine import Engine, connect
from domain.access import CallerKind, Client
from domain.origin import Origin
from integrations.jwks import RemoteKeys
from resolvers.context import Context
from schema.build import schema
from server import health
from server.app import app
from server.authenticate import Authenticator, Issuer
from server.clock import clock
from server.development import Development
from server.failure import Misconfigured
from server.graphql import FrontDoor
from server.settings import Settings, variable


def wire(settings: Settings, address: str, development: Development | None = None) -> Starlette:
    """The application over the database at an address; for developers, with what only they have."""
    url = driven(address).render_as_string(hide_password=False)
    engine = connect(url, pgbouncer=settings.pgbouncer)
    performer = Performer(engine, clock)
    authenticator, remote_keys = _authenticator(engine, settings, development)

    def context(caller: Client, origin: Origin) -> Context:
        return Context(engine, performer, clock, caller, origin)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
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
    )
    return app(front_door, health.routes(engine), lifespan, with_explorer=development is not None)


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
