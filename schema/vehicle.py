from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import location, vehicle
from domain.access import Permission
from domain.vehicle import VehicleStatus
from resolvers import vehicle as resolve
from resolvers.scalars import Decimal
from schema.field import plain, resolved, shows
from schema.node import Node

if TYPE_CHECKING:  # A graph has cycles where modules have none: the way back is lazy.
    from schema.ride import Ride


@shows(location.Coordinates)
class Coordinates:
    latitude: float = plain("North of the equator; negative in the south.")
    longitude: float = plain("East of Greenwich; negative in the west.")


@shows(vehicle.Vehicle)
class Vehicle(Node):
    code: str = plain("On the handlebar, for riders to type or scan; unique in the fleet.")
    imei: str | None = plain("Of the box that it reports through.", Permission.VIEW_IMEI)
    model: str = plain("Maker and model.")
    status: VehicleStatus = plain("What it is doing.")
    battery_percent: int | None = plain("Charge left, 0 to 100; null before it told.")
    last_signal_at: datetime | None = plain("When it was last heard of; null before it was.")
    online: bool = resolved(resolve.online)
    location: Coordinates | None = plain("Where it last was; null before it told.")
    active_ride: Annotated["Ride", strawberry.lazy("schema.ride")] | None = resolved(
        resolve.active_ride, Permission.VIEW_RIDES
    )


@shows(vehicle.Zone)
class Zone(Node):
    name: str = plain("As the fleet calls it.")
    preferred_parking: bool = plain("Whether riders are asked to end their rides here.")
    reward_points: int = plain("What ending a ride here earns, before the multiplier (LOY-2).")
    rebalancing_multiplier: Decimal = plain("Times the points, where vehicles are wanted (LOY-2).")
    boundary: list[list[float]] = plain("GeoJSON polygon ring, [longitude, latitude] pairs.")
