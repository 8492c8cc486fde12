from collections.abc import Sequence
from typing import Annotated

from strawberry import ID, Parent, argument

from db import customer as customers
from db import ride as store
from db import vehicle as vehicles
from db import wallet as wallets
from db.ride import RideFilter
from domain.actor import Actor
from domain.customer import Customer
from domain.fare import FareBreakdown
from domain.ids import Prefix
from domain.money import Money
from domain.page import Page
from domain.ride import Ride, RideStatus
from domain.subaccount import Subaccount
from domain.vehicle import Vehicle, Zone
from domain.wallet import WalletTransaction
from resolvers import actor as actors
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.page import Paging

CUSTOMER_RIDES = "customer rides"
FLEET_RIDES = "fleet rides"
VEHICLE_RIDES = "vehicle rides"


async def ride(info: Info, id: ID) -> Ride | None:
    """A ride by its id; null where none exists for the caller."""
    return await info.context.load(store.by_id, id_of(id, Prefix.RIDE))


async def of_customer(
    customer: Parent[Customer],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    status: list[RideStatus] | None = None,
) -> Page[Ride] | None:
    """The customer's rides, newest first; 20 a page unless asked, 100 at most."""
    only = RideFilter(None if status is None else tuple(status))
    key = Paging(first, after, last, before).key(
        CUSTOMER_RIDES, customer.subaccount_id, customer.id, only
    )
    return await info.context.load(store.of_customers, key)


async def active(customer: Parent[Customer], info: Info) -> Ride | None:
    """The ride that the customer is on now; null when there is none (RID-9)."""
    return await info.context.load(store.active_of_customers, customer.id)


async def of_fleet(
    fleet: Parent[Subaccount],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    status: list[RideStatus] | None = None,
    vehicle_id: Annotated[
        ID | None, argument(description="Rides on this vehicle only; all unless given.")
    ] = None,
) -> Page[Ride] | None:
    """Rides of the fleet, newest first: the way in for those who may not open customers."""
    only = RideFilter(None if status is None else tuple(status))
    paging = Paging(first, after, last, before)
    if vehicle_id is None:
        return await info.context.load(
            store.of_fleets, paging.key(FLEET_RIDES, fleet.id, fleet.id, only)
        )
    key = paging.key(VEHICLE_RIDES, fleet.id, id_of(vehicle_id, Prefix.VEHICLE), only)
    return await info.context.load(store.of_vehicles, key)


async def customer(ride: Parent[Ride], info: Info) -> Customer | None:
    """Who rides: through a ride the name and the masked phone, whoever may see rides (ROL-2)."""
    return await info.context.load(customers.by_id, ride.customer_id)


async def vehicle(ride: Parent[Ride], info: Info) -> Vehicle | None:
    """What is ridden."""
    return await info.context.load(vehicles.by_id, ride.vehicle_id)


def duration_seconds(ride: Parent[Ride], info: Info) -> int:
    """Whole seconds from start to end; up to now while the ride is active (RID-9)."""
    return ride.duration_seconds(info.context.now)


def cost_so_far(ride: Parent[Ride], info: Info) -> Money | None:
    """What it would cost if it ended now; null once it has (RID-9)."""
    return ride.cost_so_far(info.context.now)


async def end_zone(ride: Parent[Ride], info: Info) -> Zone | None:
    """The zone that it ended in; null outside of any, and while the ride is active."""
    if ride.end_zone_id is None:
        return None
    return await info.context.load(vehicles.zones_by_id, ride.end_zone_id)


async def started_by(ride: Parent[Ride], info: Info) -> Actor:
    """Who unlocked the vehicle: the rider, or an operator or partner for them."""
    return await actors.by_id(info, ride.started_by_id)


async def ended_by(ride: Parent[Ride], info: Info) -> Actor | None:
    """Who ended it; null while the ride is active."""
    return None if ride.ended_by_id is None else await actors.by_id(info, ride.ended_by_id)


async def transactions(fare: Parent[FareBreakdown], info: Info) -> Sequence[WalletTransaction]:
    """The ledger lines behind the payments, oldest first; of the wallet, so none without it."""
    return await info.context.load(wallets.of_rides, fare.ride_id) or ()
