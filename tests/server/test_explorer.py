"""GraphiQL's files, as they are shipped and as they are served."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette

from server.explorer import BUILT, DOCUMENTS, routes

ASSETS = [f"assets/{path.name}" for path in sorted((BUILT / "assets").iterdir())]
SCHEMA = Path(__file__).parents[2] / "schema.graphql"
STRICT = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
        "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://kickstand") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("", "no-cache"),
        ("VERSIONS.json", "no-cache"),
        ("documents/index.json", "no-cache"),
        ("documents/customer-page.graphql", "no-cache"),
        *((path, "public, max-age=31536000, immutable") for path in ASSETS),
    ],
)
async def test_every_file_comes_under_strict_headers_and_hashed_names_are_kept(
    client: httpx.AsyncClient, path: str, kept: str
) -> None:
    answer = await client.get(f"/graphiql/{path}")

    assert answer.status_code == 200
    wanted = STRICT | {"cache-control": kept}
    assert {name: answer.headers.get(name) for name in wanted} == wanted


async def test_an_unchanged_page_is_not_sent_twice(client: httpx.AsyncClient) -> None:
    first = await client.get("/graphiql/")

    second = await client.get("/graphiql/", headers={"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert {name: second.headers.get(name) for name in STRICT} == STRICT


async def test_the_address_without_its_slash_leads_to_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphiql", follow_redirects=True)

    assert (answer.url.path, answer.status_code) == ("/graphiql/", 200)


@pytest.mark.parametrize("path", ["source/package.json", "__init__.py", "documents/", "assets/"])
async def test_nothing_else_of_the_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/graphiql/{path}")

    assert answer.status_code == 404


def test_what_is_shipped_is_what_was_built() -> None:
    recorded = json.loads((BUILT / "VERSIONS.json").read_text())["files"]

    shipped = {
        path.relative_to(BUILT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in BUILT.rglob("*")
        if path.is_file() and path.name != "VERSIONS.json"
    }

    assert shipped == recorded


@pytest.mark.parametrize("ready", json.loads((DOCUMENTS / "index.json").read_text()))
def test_every_ready_document_is_valid_for_our_schema(ready: dict[str, str]) -> None:
    document = parse((DOCUMENTS / ready["file"]).read_text())

    assert validate(build_schema(SCHEMA.read_text()), document) == []
