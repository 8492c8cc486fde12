from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role
from tests.clients.workshop import DOCUMENT, Workshop, node
from tests.conftest import Clock, application
from tests.demo import DemoFleet
from tests.serving import serving


@dataclass(frozen=True)
class Site:
    """The demo behind a real socket, and what a plain POST for the customer page gives there."""

    url: str
    token: str
    customer_id: str
    page: Any

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    return node()


@pytest.fixture
async def site(demo_engine: AsyncEngine, demo: DemoFleet) -> AsyncIterator[Site]:
    """Its clock stands still, so that the same page is the same twice."""
    clock = Clock()
    clock.at = datetime.now(UTC)
    token = demo.operator(Role.SUPER_ADMIN).token
    body = {"query": DOCUMENT.read_text(), "variables": {"id": demo.customer_id}}
    async with (
        application(demo_engine, demo.make.issuer, clock) as made,
        serving(made) as url,
        httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client,
    ):
        answer = (await client.post("/graphql", json=body)).json()
        assert answer.keys() == {"data"}
        yield Site(f"{url}/graphql", token, demo.customer_id, answer["data"])
