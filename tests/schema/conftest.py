"""A push service, and a worker that sends through it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from integrations.push import ExpoPushes
from server.handlers import handlers
from server.worker import Worker
from tests.phones import Phones, phones
from tests.working import worker


@pytest.fixture
async def service() -> AsyncIterator[Phones]:
    async with phones() as service:
        yield service


@pytest.fixture
async def sender(engine: AsyncEngine, service: Phones) -> AsyncIterator[Worker]:
    pushes = ExpoPushes(service.address)
    yield worker(engine, handlers(pushes))
    await pushes.close()
