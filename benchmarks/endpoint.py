"""The pages by hand: Starlette and asyncpg, and one statement a page.

Who asks is found out as the product does it, and the statement runs in the same transaction with
the same settings, so under the same row policies.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
CUSTOMER = b'{"data":{"customer":%b}}'


@dataclass(frozen=True, slots=True)
class Page:
    """The name of a statement, what it takes to see all of its page, and what stands around it."""

    name: str
    needed: Permission
    around: bytes


PAGES = (
    Page("customer_page", Permission.VIEW_SENSITIVE, CUSTOMER),
    Page("customers_page", Permission.VIEW_CONTACT, b'{"data":{"subaccounts":[%b]}}'),
    Page("loyalty_screen", Permission.VIEW_LOYALTY, CUSTOMER),
)
PARAMETER = re.compile(r"\$(\d)")
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
    return Starlette(routes=[ByHand(page, authenticate).route for page in PAGES], lifespan=lifespan)


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
    """One page, by the id of whose it is."""

    def __init__(self, page: Page, authenticate: Authenticator) -> None:
        self.route = Route(f"/{page.name}/{{id}}", self._respond)
        self._page = page
        self._statement = statement(page.name)
        self._takes = max(map(int, PARAMETER.findall(self._statement)))
        self._authenticate = authenticate

    async def _respond(self, request: Request) -> Response:
        try:
            caller = await self._authenticate(request)
        except Unauthenticated:
            return Response(status_code=401)
        if not caller.may(self._page.needed):
            return Response(status_code=403)
        now = clock()
        row = await self._fetch(request.app.state.pool, caller, request.path_params["id"], now)
        if row is None:
            return Response(status_code=404)
        page, currency, usual_locale = row
        own_locale = caller.locale if isinstance(caller, Operator) else None
        body = finish(page, currency, own_locale or usual_locale, now)
        return Response(self._page.around % body, headers=HEADERS)

    async def _fetch(
        self, pool: Pool, caller: Caller, id: str, now: datetime
    ) -> asyncpg.Record | None:
        reach = caller.reach
        settings = {"subaccounts": quoted(",".join(reach.subaccounts)), "caller": quoted(caller.id)}
        async with pool.acquire() as connection:
            await connection.execute(BEGIN_READ.format_map(settings))
            given = (id, reach.subaccounts, reach.customer_id, now)
            row = await connection.fetchrow(self._statement, *given[: self._takes])
            await connection.execute("COMMIT")
        return row
