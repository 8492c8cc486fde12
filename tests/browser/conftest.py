from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role
from tests.conftest import Clock, application
from tests.demo import DemoFleet
from tests.serving import serving


@dataclass(frozen=True)
class Site:
    """The demo behind a real socket, and a customer to look up there."""

    url: str
    token: str
    customer_id: str
    customer_name: str


@pytest.fixture
async def site(demo_engine: AsyncEngine, demo: DemoFleet) -> AsyncIterator[Site]:
    name = await demo.make.store.fetchval(
        "SELECT name FROM customer WHERE id = $1", demo.customer_id
    )
    token = demo.operator(Role.SUPER_ADMIN).token
    async with (
        application(demo_engine, demo.make.issuer, Clock()) as made,
        serving(made) as url,
    ):
        yield Site(url, token, demo.customer_id, name)
