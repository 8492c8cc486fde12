"""What tests about rides need to exist, beside customers."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson

from domain.ids import Prefix
from tests.make import Fleet, new

NUMBERS = count(1001)
ADDED = datetime(2026, 1, 2, tzinfo=UTC)
STARTED = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
RING = [[-82.46, 27.95], [-82.45, 27.95], [-82.45, 27.96], [-82.46, 27.95]]


async def vehicle(fleet: Fleet, **changed: Any) -> str:
    """A scooter that was never heard of."""
    number = next(NUMBERS)
    values = {
        "code": f"KS-{number}",
        "imei": f"35693803564{number}",
        "model": "Ninebot Max",
        "status": "AVAILABLE",
        "added_at": ADDED,
    }
    return await fleet.row("vehicle", id=new(Prefix.VEHICLE), **(values | changed))


async def zone(fleet: Fleet, **changed: Any) -> str:
    values = {
        "name": "Harbour",
        "preferred_parking": True,
        "reward_points": 20,
        "rebalancing_multiplier": 1,
        "boundary": orjson.dumps(RING).decode(),
    }
    return await fleet.row("zone", id=new(Prefix.ZONE), **(values | changed))


async def ride(fleet: Fleet, customer_id: str, vehicle_id: str, **changed: Any) -> str:
    """A cancelled ride, which cost nothing, at the fleet's usual prices."""
    began = changed.get("started_at", STARTED)
    values = {
        "customer_id": customer_id,
        "vehicle_id": vehicle_id,
        "status": "CANCELLED",
        "started_at": began,
        "ended_at": None if changed.get("status") == "ACTIVE" else began + timedelta(minutes=10),
        "started_by": customer_id,
        "unlock_fee": 100,
        "per_minute_rate": 25,
    }
    return await fleet.row("ride", id=new(Prefix.RIDE), **(values | changed))


async def fare(fleet: Fleet, ride_id: str, **lines: int) -> None:
    """The fare of a ride; a line that is not named is zero."""
    names = ("minutes", "unlock", "time", "tier_discount", "promo_discount", "covered_by_plan")
    paid = ("total", "paid_from_bonus", "paid_from_balance", "paid_by_card", "left_as_debt")
    none = dict.fromkeys((*names, *paid), 0)
    await fleet.row("fare", ride_id=ride_id, **(none | lines))
