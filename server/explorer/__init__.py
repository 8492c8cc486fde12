"""GraphiQL at /graphiql/: files built from source/ (make graphiql), so that nobody needs Node.

The page comes with the ready documents of documents/, and reaches no address but its own server.
"""

from os import PathLike, stat_result
from pathlib import Path
from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent
BUILT: Final = FOLDER / "built"
DOCUMENTS: Final = FOLDER / "documents"

HEADERS: Final = {
    # The editor writes its colours into style elements, and its icons are data: URLs.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
        "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def routes() -> list[BaseRoute]:
    """What the application serves at /graphiql, all of it static."""
    return [
        Route("/graphiql", RedirectResponse("graphiql/")),
        Mount("/graphiql/assets", Files("public, max-age=31536000, immutable", BUILT / "assets")),
        Mount("/graphiql/documents", Files("no-cache", DOCUMENTS)),
        Mount("/graphiql", Files("no-cache", BUILT)),
    ]


class Files(StaticFiles):
    """A folder, under our headers. A name in assets/ carries its content's hash: it may be kept."""

    def __init__(self, cache_control: str, directory: Path) -> None:
        super().__init__(directory=directory, html=True)
        self._headers = HEADERS | {"Cache-Control": cache_control}

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(self._headers)
        return response
