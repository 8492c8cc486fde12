"""Which address leads where, beside the API itself."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from db.engine import connect
from server import health
from server.app import app

NOWHERE = "postgresql+asyncpg://kickstand:secret@127.0.0.1:1/kickstand"


async def broken(_: Request) -> Response:
    message = "a secret"
    raise RuntimeError(message)


def client(engine: AsyncEngine, *, with_explorer: bool = False) -> httpx.AsyncClient:
    routes = [*health.routes(engine), Route("/broken", broken)]
    served = app(JSONResponse({}), routes, None, with_explorer=with_explorer)
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://kickstand")


@pytest.fixture
async def nowhere() -> AsyncIterator[AsyncEngine]:
    """A pool that finds no database."""
    engine = connect(NOWHERE)
    yield engine
    await engine.dispose()


async def test_a_server_is_ready_when_its_database_answers(engine: AsyncEngine) -> None:
    async with client(engine) as asked:
        answer = await asked.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_a_server_without_its_database_is_alive_and_not_ready(nowhere: AsyncEngine) -> None:
    async with client(nowhere) as asked:
        answers = [await asked.get(path) for path in ("/healthz", "/readyz")]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"status": "alive"}),
        (503, {"status": "no database"}),
    ]


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nowhere", 404, "Not Found"),
        ("GET", "/graphql/", 404, "Not Found"),
        ("GET", "/", 404, "Not Found"),
        ("GET", "/graphiql/", 404, "Not Found"),
        ("POST", "/healthz", 405, "Method Not Allowed"),
        ("GET", "/broken", 500, "Something went wrong here."),
    ],
)
async def test_what_cannot_be_answered_is_told_as_json_without_our_insides(
    nowhere: AsyncEngine, method: str, path: str, status: int, message: str
) -> None:
    async with client(nowhere) as asked:
        answer = await asked.request(method, path)

    assert (answer.status_code, answer.json()) == (status, {"errors": [{"message": message}]})
    allowed = {*answer.headers.get("allow", "").replace(",", " ").split()}
    assert allowed == ({"GET", "HEAD"} if status == 405 else set())


async def test_for_developers_the_bare_address_leads_to_graphiql(nowhere: AsyncEngine) -> None:
    async with client(nowhere, with_explorer=True) as asked:
        answer = await asked.get("/")
        page = await asked.get(answer.headers["location"])

    assert (answer.status_code, answer.headers["location"]) == (307, "/graphiql/")
    assert page.headers["content-type"].startswith("text/html")
