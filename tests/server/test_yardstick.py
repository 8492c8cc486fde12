"""The pages by hand, which the product is measured against: they are worth it while they agree."""

from collections.abc import AsyncIterator

import httpx
import pytest
from httpx import AsyncClient as Client

from benchmarks.endpoint import endpoint
from benchmarks.pages import CUSTOMER_PAGE, CUSTOMERS_PAGE, LOYALTY_SCREEN, Page, Request
from benchmarks.same import Differs, hold_same
from benchmarks.trips import Trips, trips
from db.embedded import Addresses
from domain.access import Role
from tests.api import Api
from tests.demo import DemoFleet

CUSTOMERS = """
SELECT id FROM customer WHERE subaccount_id = $1 ORDER BY completed_rides > 0, md5(id) LIMIT 25
"""


@pytest.fixture
async def by_hand(demo_database: Addresses, demo: DemoFleet) -> AsyncIterator[Client]:
    app = endpoint(demo_database.application, demo.make.issuer)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        Client(transport=transport, base_url="http://by-hand") as client,
    ):
        yield client


@pytest.fixture
async def customers(demo: DemoFleet) -> list[str]:
    """The interesting one, and some with rides and without."""
    rows = await demo.make.store.fetch(CUSTOMERS, demo.fleet.id)
    return [demo.customer_id, *(row["id"] for row in rows)]


def both(page: Page, asked: dict[str, str]) -> list[tuple[Request, Request]]:
    """The same pages, asked of the product and by hand."""
    return [*zip(page.requests("product", asked), page.requests("by hand", asked), strict=True)]


@pytest.mark.parametrize("page", [CUSTOMER_PAGE, LOYALTY_SCREEN], ids=["customer", "loyalty"])
async def test_a_page_by_hand_is_the_product_s_byte_for_byte(
    page: Page, demo_api: Api, by_hand: Client, demo: DemoFleet, customers: list[str]
) -> None:
    operator = demo.operator(Role.FLEET_MANAGER).token

    size = await hold_same(demo_api.client, by_hand, both(page, dict.fromkeys(customers, operator)))

    assert size > 1000


async def test_the_customers_page_by_hand_is_the_product_s_byte_for_byte(
    demo_api: Api, by_hand: Client, demo: DemoFleet
) -> None:
    manager = await demo.make.operator(demo.fleet, role=Role.FLEET_MANAGER, locale="de-DE")

    size = await hold_same(
        demo_api.client, by_hand, both(CUSTOMERS_PAGE, {demo.fleet.id: manager.token})
    )

    assert size > 1000


async def test_a_rider_gets_the_same_screen_in_their_own_language_and_nobody_else_s(
    demo_api: Api, by_hand: Client, demo: DemoFleet, customers: list[str]
) -> None:
    rider = demo.rider(demo.told.rider_subject).token

    await hold_same(demo_api.client, by_hand, both(LOYALTY_SCREEN, {customers[0]: rider}))

    ((_, of_another),) = both(LOYALTY_SCREEN, {customers[1]: rider})
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await of_another.answer(by_hand)


async def test_pages_that_differ_are_told_with_the_place(
    demo_api: Api, by_hand: Client, demo: DemoFleet, customers: list[str]
) -> None:
    operator = demo.operator(Role.FLEET_MANAGER).token
    (one, _), (_, other) = both(LOYALTY_SCREEN, dict.fromkeys(customers[:2], operator))

    with pytest.raises(Differs, match=customers[1]):
        await hold_same(demo_api.client, by_hand, [(one, other)])


async def test_a_page_by_hand_is_one_statement_between_signing_in_and_commit(
    demo_database: Addresses, demo: DemoFleet
) -> None:
    operator = demo.operator(Role.FLEET_MANAGER).token
    (request,) = CUSTOMER_PAGE.requests("by hand", {demo.customer_id: operator})

    found = await trips(endpoint(demo_database.application, demo.make.issuer), request)

    assert found == Trips(1, 4)
