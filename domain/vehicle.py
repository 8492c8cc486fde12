"""Vehicles and the zones they are parked in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.choice import Choice
from domain.ids import SubaccountId
from domain.location import Coordinates
from domain.page import Place


class VehicleStatus(Choice):
    """What a vehicle is doing."""

    AVAILABLE = "AVAILABLE", "It waits for a rider."
    IN_USE = "IN_USE", "It is on a ride."
    RESERVED = "RESERVED", "It is kept for somebody."
    MAINTENANCE = "MAINTENANCE", "The workshop has it, or is to have it."
    OFFLINE = "OFFLINE", "Taken out of service, because nothing is heard of it."


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A scooter: its code on the handlebar, its box, and where it last was."""

    id: str
    subaccount_id: SubaccountId
    code: str
    imei: str
    model: str
    status: VehicleStatus
    battery_percent: int | None
    last_signal_at: datetime | None
    location: Coordinates | None
    online_window: timedelta
    added_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.added_at, self.id)

    def online(self, now: datetime) -> bool:
        """Whether its last signal is within the fleet's window, the window's end included."""
        return self.last_signal_at is not None and now - self.last_signal_at <= self.online_window


@dataclass(frozen=True, slots=True)
class Zone:
    """A parking zone of a fleet, and what ending a ride in it earns."""

    id: str
    subaccount_id: SubaccountId
    name: str
    preferred_parking: bool
    reward_points: int
    rebalancing_multiplier: Decimal
    boundary: Sequence[Sequence[float]]
