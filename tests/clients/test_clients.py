"""One real page over a real socket, through the clients that dashboards and partners use."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport

from tests.clients.conftest import Site
from tests.clients.workshop import DOCUMENT, Workshop, ariadne


def bare(value: Any) -> Any:
    """An answer without the type names that some clients ask for on their own."""
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items() if key != "__typename"}
    return value


@pytest.fixture(scope="session")
def built(workshop: Workshop) -> str:
    """ask.ts, compiled strictly against what the client preset made of the schema."""
    workshop.run("node", "generate.js", "typed", DOCUMENT.name)
    workshop.run("node_modules/.bin/tsc")
    return "built/ask.js"


async def test_apollo_and_urql_get_the_page_by_generated_types(
    workshop: Workshop, built: str, site: Site
) -> None:
    command = ("node", built, site.url, site.token, site.customer_id)

    pages = json.loads(await to_thread.run_sync(workshop.run, *command))

    assert bare(pages) == {"apollo": bare(site.page), "urql": bare(site.page)}


async def test_gql_gets_the_page_after_checking_it_by_the_schema_that_it_fetches(
    site: Site,
) -> None:
    transport = HTTPXAsyncTransport(site.url, headers=site.headers)
    document = gql(DOCUMENT.read_text())
    document.variable_values = {"id": site.customer_id}

    async with Client(transport=transport, fetch_schema_from_transport=True) as client:
        page = await client.execute(document)

    assert page == site.page


async def test_the_client_that_ariadne_generates_gets_the_page_in_types(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = ariadne(tmp_path)
    Workshop(tmp_path).run(generator, "--config", "ariadne.toml")
    monkeypatch.syspath_prepend(tmp_path)
    client = importlib.import_module("kickstand_client").Client(site.url, site.headers)

    async with client:
        page = await client.customer_page(site.customer_id)

    assert type(page.customer).__name__ == "CustomerPageCustomer"
    assert bare(page.model_dump(mode="json", by_alias=True)) == bare(site.page)
