"""What customers bought, as it stands at the moment of reading."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.ids import Prefix
from tests.api import Api
from tests.make import HOUR, JOINED, Fleet, new

FAR = datetime(2999, 1, 1, tzinfo=UTC)
PURCHASES = """
query ($id: ID!) { customer(id: $id) {
  packages { nodes { packageName status ridesIncluded ridesRemaining minutesIncluded
    minutesRemaining expiresAt amountPaid { amount } package { name price { amount } } } }
} }
"""


@pytest.mark.parametrize(
    ("changed", "status", "left"),
    [
        ({}, "ACTIVE", 10),
        ({"rides_used": 10}, "EXHAUSTED", 0),
        ({"expires_at": "past"}, "EXPIRED", 10),
        ({"rides_used": 10, "expires_at": "past"}, "EXHAUSTED", 0),
        ({"expires_at": "future", "rides_used": 9}, "ACTIVE", 1),
    ],
)
async def test_the_status_of_a_package_is_right_at_the_moment_of_reading(
    api: Api, fleet: Fleet, changed: dict[str, Any], status: str, left: int
) -> None:
    customer = await fleet.customer()
    package = await fleet.row(
        "ride_package",
        id=new(Prefix.RIDE_PACKAGE),
        name="Ten rides",
        price=2500,
        rides=10,
        active=True,
    )
    ends = {"past": JOINED + HOUR, "future": FAR}.get(changed.pop("expires_at", ""))
    values = {"purchased_at": JOINED, "amount_paid": 2000, "rides_included": 10, **changed}
    await fleet.row(
        "package_purchase",
        id=new(Prefix.PURCHASE),
        customer_id=customer,
        ride_package_id=package,
        package_name="Ten rides, spring",
        expires_at=ends,
        **values,
    )

    data = await api.get(await fleet.operator(), PURCHASES, id=customer)

    (found,) = data["customer"]["packages"]["nodes"]
    assert found.pop("expiresAt") == (ends and ends.isoformat().replace("+00:00", "Z"))
    assert found == {
        "packageName": "Ten rides, spring",
        "status": status,
        "ridesIncluded": 10,
        "ridesRemaining": left,
        "minutesIncluded": None,
        "minutesRemaining": None,
        "amountPaid": {"amount": "20.00"},
        "package": {"name": "Ten rides", "price": {"amount": "25.00"}},
    }
