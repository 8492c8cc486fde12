"""A front door before a schema of the tests' own: they are about HTTP, not about our fields."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Optional, TypeAlias

import httpx
import strawberry
from starlette.requests import HTTPConnection
from strawberry.scalars import JSON

from domain.access import Client, Operator, Role
from domain.fault import Forbidden, Overloaded, Unauthenticated
from domain.origin import Origin
from server.forwarding import Network
from server.graphql import Authenticate, FrontDoor

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = Operator("opr_ada", Role.ADMIN, ())
TOKEN = "Bearer ada"  # noqa: S105  (it is good here alone)
GRAPHQL = "application/graphql-response+json"


@dataclass
class Page:
    """The context of a request, and what became of it."""

    caller: Client
    origin: Origin
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    ends: list[str] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> str:
        self.begun.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.ends.append("cancelled")
            raise
        self.ends.append("done")
        return "done"

    async def close(self) -> None:
        self.ends.append("closed")
        self.closed.set()


Info: TypeAlias = strawberry.Info[Page, None]


def bug(value: str) -> str:
    message = f"cannot cope with {value}"
    raise LookupError(message)


@strawberry.type
class Node:
    name: str = "node"

    @strawberry.field
    def node(self) -> Optional["Node"]:
        return Node()

    @strawberry.field
    async def waits(self, info: Info) -> str:
        return await info.context.wait()


@strawberry.input
class Number:
    value: int


@strawberry.type
class Query:
    node: Node = strawberry.field(resolver=Node)

    @strawberry.field
    async def hello(self, name: str = "world") -> str:
        await asyncio.sleep(0)
        return f"Hello {name}"

    @strawberry.field
    def sum(self, of: list[Number]) -> int:
        return sum(number.value for number in of)

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden

    @strawberry.field
    def required(self) -> str:
        raise Forbidden

    @strawberry.field
    def busy(self) -> str | None:
        raise Overloaded

    @strawberry.field
    def bug(self, value: str) -> str | None:
        return bug(value)

    @strawberry.field
    def missing(self) -> str:
        return None  # type: ignore[return-value]  # the bug of a resolver

    @strawberry.field
    def odd(self) -> JSON:
        return JSON({Decimal(1)})


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def act(self, info: Info) -> str:
        return await info.context.wait()


SCHEMA = strawberry.Schema(Query, Mutation)


class House:
    """Who lives behind the door: makes contexts, and keeps them for the test to look at."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.made = asyncio.Event()

    def __call__(self, caller: Client, origin: Origin) -> Page:
        self.pages.append(Page(caller, origin))
        self.made.set()
        return self.pages[-1]


async def authenticate(connection: HTTPConnection) -> Client:
    if connection.headers.get("authorization") != TOKEN:
        raise Unauthenticated
    return ADA


def door(
    house: House,
    *,
    authenticate: Authenticate = authenticate,
    introspection: bool = True,
    open_introspection: bool = False,
    trusted_proxies: tuple[Network, ...] = (),
) -> FrontDoor:
    return FrontDoor(
        SCHEMA,
        house,
        authenticate,
        lambda: NOON,
        introspection=introspection,
        open_introspection=open_introspection,
        trusted_proxies=trusted_proxies,
    )


def asker(door: FrontDoor) -> httpx.AsyncClient:
    """A client with Ada's credential, and no socket in between."""
    headers = {"Authorization": TOKEN, "Accept": GRAPHQL}
    transport = httpx.ASGITransport(door)
    return httpx.AsyncClient(transport=transport, base_url="http://door", headers=headers)


def told(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer; the id of the request stands out of the way of comparisons.

    It is the same in every error as in the header.
    """
    body: dict[str, Any] = answer.json()
    for error in body.get("errors", []):
        assert error["extensions"].pop("requestId") == answer.headers["x-request-id"]
    return body


def error(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"message": message, **more, "extensions": {"code": code}}
