from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import fare, ride
from domain.access import Permission
from domain.ride import RideStatus
from resolvers import ride as resolve
from schema.actor import Actor
from schema.field import listed, plain, resolved, shows
from schema.money import Money
from schema.node import Node
from schema.vehicle import Coordinates, Vehicle, Zone
from schema.wallet import WalletTransaction

if TYPE_CHECKING:
    from schema.customer import Customer


@shows(fare.FareBreakdown)
class FareBreakdown:
    unlock: Money = plain("The unlock fee.")
    minutes: int = plain("Started minutes.")
    time: Money = plain("Started minutes times the rate.")
    tier_discount: Money = plain("Taken off by the loyalty tier and free unlocks.")
    promo_discount: Money = plain("Taken off by a promo code.")
    covered_by_plan: Money = plain("Taken off by a plan or package.")
    total: Money = plain("Unlock and time less the three discounts, and the sum of the payments.")
    paid_from_bonus: Money = plain("Taken from the bonus, which goes first (RID-7).")
    paid_from_balance: Money = plain("Taken from the balance, down to zero.")
    paid_by_card: Money = plain("Charged to the default card.")
    left_as_debt: Money = plain("What nothing paid for: it made the balance negative.")
    transactions: list[WalletTransaction] = listed(resolve.transactions, Permission.VIEW_WALLET)


@shows(ride.Ride)
class Ride(Node):
    customer: Annotated["Customer", strawberry.lazy("schema.customer")] = resolved(resolve.customer)
    vehicle: Vehicle = resolved(resolve.vehicle)
    status: RideStatus = plain("How far it has come.")
    started_at: datetime = plain("When the vehicle was unlocked.")
    ended_at: datetime | None = plain("When it ended; null while it is active.")
    duration_seconds: int = resolved(resolve.duration_seconds)
    distance_meters: int | None = plain("As the app measured it; null where it did not.")
    charged: Money | None = plain("Total after every discount; null while the ride is active.")
    cost_so_far: Money | None = resolved(resolve.cost_so_far)
    fare: FareBreakdown | None = plain("How the charge came about; null where there is none.")
    start_location: Coordinates | None = plain("Where it began; null where it is not known.")
    end_location: Coordinates | None = plain("Where it ended; null where it is not known.")
    end_zone: Zone | None = resolved(resolve.end_zone)
    started_by: Actor = resolved(resolve.started_by)
    ended_by: Actor | None = resolved(resolve.ended_by)
    points_earned: int = plain("Loyalty points that it earned.")
    refunded: Money | None = plain("Given back so far, of what was charged; null before a charge.")
