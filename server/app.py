"""The ASGI application: which address leads where."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan

from server import explorer

API = "/graphql"
GRAPHIQL = "/graphiql/"


def app(
    front_door: ASGIApp,
    health: Sequence[BaseRoute],
    lifespan: Lifespan[Starlette] | None,
    *,
    with_explorer: bool,
) -> Starlette:
    """The API, its health, and for developers GraphiQL, to which the bare address leads then."""
    pages = [Route("/", RedirectResponse(GRAPHIQL)), *explorer.routes()] if with_explorer else []
    made = Starlette(
        routes=[Route(API, front_door), *health, *pages],
        exception_handlers={HTTPException: _refused, Exception: _failed},
        lifespan=lifespan,
    )
    made.router.redirect_slashes = False
    return made


async def _refused(_: Request, error: Exception) -> Response:
    """What is not here, or not in this way, as JSON in the shape of a GraphQL answer."""
    assert isinstance(error, HTTPException)  # noqa: S101  (as it is registered above)
    return _answer(error.status_code, error.detail, error.headers)


async def _failed(_request: Request, _error: Exception) -> Response:
    return _answer(500, "Something went wrong here.")


def _answer(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"errors": [{"message": message}]}, status, headers)
