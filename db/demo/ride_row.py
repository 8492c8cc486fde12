"""The row of a ride, from its start to its end."""

from typing import NamedTuple

from db.demo.columns import place
from db.demo.fleet import Benefit
from db.demo.ground import Vehicle
from db.demo.life import Life
from db.demo.week import Trip
from db.demo.world import SECOND, moment
from domain.access import Role
from domain.actor import system
from domain.ride import RideStatus

TABLE = "ride"
STATUS, ENDED_AT, ENDED_BY = (place(TABLE, name) for name in ("status", "ended_at", "ended_by"))
METERS, END_ZONE = place(TABLE, "distance_meters"), place(TABLE, "end_zone_id")
END_PLACE = place(TABLE, "end_latitude")
"""Latitude; longitude is next."""
POINTS_EARNED, REFUNDED = place(TABLE, "points_earned"), place(TABLE, "refunded")
FREE_UNLOCK = place(TABLE, "free_unlock")
BY_OPERATOR = 0.012
GATEWAY = system("vehicle-gateway")
UNANSWERED = 9 * SECOND
"""How long a vehicle is asked to unlock."""


class Start(NamedTuple):
    """A vehicle unlocked, at prices and with benefits that do not change any more (RID-3)."""

    ride_id: str
    at: int
    vehicle: Vehicle
    trip: Trip
    benefit: Benefit


def started(life: Life, start: Start) -> list[object]:
    """The row of a ride under way."""
    world, rider = life.world, life.person.id
    helped = world.happens(BY_OPERATOR)
    prices, (tier, *benefits, promo) = life.fleet.prices(start.at), start.benefit
    promised = (promo.percent_off, promo.amount_off, promo.free_minutes) if promo else (None,) * 3
    return [
        life.fleet.id, start.ride_id, rider, start.vehicle.id, RideStatus.ACTIVE,
        moment(start.at), None, None, *start.trip.journey.start.spot(world), None, None, None,
        world.staff[Role.CUSTOMER_SUPPORT] if helped else rider, None, 0, 0, prices.unlock_fee,
        prices.per_minute_rate, tier.unlock if tier else 0, tier.minute if tier else 0,
        *benefits, *promised,
    ]  # fmt: skip


def ended(life: Life, start: Start, row: list[object], end: int) -> None:
    """The vehicle stands in its zone again, and the ride is over."""
    vehicle, zone = start.vehicle, start.trip.journey.end
    latitude, longitude = spot = zone.spot(life.world)
    if end > vehicle.left_at:
        vehicle.left_at, vehicle.latitude, vehicle.longitude = end, latitude, longitude
    row[STATUS], row[ENDED_AT], row[METERS] = RideStatus.COMPLETED, moment(end), start.trip.meters
    row[END_PLACE : END_PLACE + 2] = spot
    row[END_ZONE], row[ENDED_BY] = zone.id, life.person.id


def never_unlocked(row: list[object], start: Start) -> None:
    """The vehicle gave no answer: nothing was charged (RID-4)."""
    row[STATUS], row[ENDED_AT] = RideStatus.CANCELLED, moment(start.at + UNANSWERED)
    row[METERS], row[ENDED_BY] = 0, GATEWAY
