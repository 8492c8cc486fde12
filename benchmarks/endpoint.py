"""The pages by hand: Starlette and asyncpg, and one statement a page.

Who asks is found out as the product does it, and the statement runs in the same transaction with
the same settings, so under the same row policies.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeAlias

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.finish import finish
from benchmarks.statement import statement
from db.address import driven
from db.engine import BEGIN_READ, POOL_PLACES, connect, quoted
from domain.access import Caller, Operator, Permission
from domain.fault import Unauthenticated
from server.authenticate import Authenticator
from server.clock import clock
from server.development import Development

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
PAGES: Mapping[str, Permission] = {
    "customer_page": Permission.VIEW_SENSITIVE,
    "loyalty_screen": Permission.VIEW_LOYALTY,
}
"""The pages, and what it takes to see all that is on them."""
HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def endpoint(address: str, development: Development) -> Starlette:
    """The application over the database at an address, as its `wire` is the product's."""
    engine = connect(driven(address).render_as_string(hide_password=False))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _pool(address) as app.state.pool:
            yield
        await engine.dispose()

    authenticate = Authenticator(engine, development.issuers, clock)
    pages = [ByHand(name, needed, authenticate) for name, needed in PAGES.items()]
    return Starlette(
        routes=[Route(f"/{page.name}/{{id}}", page.respond) for page in pages], lifespan=lifespan
    )


def _pool(address: str) -> Pool:
    """Connections that stay, with plans that stay: planning takes longer than running does."""
    return asyncpg.create_pool(
        address,
        min_size=POOL_PLACES,
        max_size=POOL_PLACES,
        max_queries=2**31,
        max_inactive_connection_lifetime=0,
        max_cacheable_statement_size=0,
        reset=_nothing,
        server_settings={"plan_cache_mode": "force_generic_plan"},
    )


async def _nothing(_: object) -> None:
    """Nothing is to be reset: every setting of ours ends with its transaction."""


class ByHand:
    """One page of a customer, by its id."""

    def __init__(self, name: str, needed: Permission, authenticate: Authenticator) -> None:
        self.name = name
        self._needed = needed
        self._authenticate = authenticate
        self._statement = statement(name)

    async def respond(self, request: Request) -> Response:
        try:
            caller = await self._authenticate(request)
        except Unauthenticated:
            return Response(status_code=401)
        if not caller.may(self._needed):
            return Response(status_code=403)
        now = clock()
        row = await self._fetch(request.app.state.pool, caller, request.path_params["id"], now)
        if row is None:
            return Response(status_code=404)
        page, currency, locale = row
        if isinstance(caller, Operator):
            locale = caller.locale
        body = finish(page, currency, locale, now)
        return Response(b'{"data":{"customer":%b}}' % body, headers=HEADERS)

    async def _fetch(
        self, pool: Pool, caller: Caller, id: str, now: datetime
    ) -> asyncpg.Record | None:
        reach = caller.reach
        settings = {"subaccounts": quoted(",".join(reach.subaccounts)), "caller": quoted(caller.id)}
        async with pool.acquire() as connection:
            await connection.execute(BEGIN_READ.format_map(settings))
            row = await connection.fetchrow(
                self._statement, id, reach.subaccounts, now, reach.customer_id
            )
            await connection.execute("COMMIT")
        return row
