from collections.abc import Sequence
from typing import Annotated

from strawberry import ID, Parent, argument

from db import ride as rides
from db import vehicle as store
from db.vehicle import VehicleFilter
from domain.access import Permission
from domain.ids import Prefix
from domain.page import Page
from domain.ride import Ride
from domain.subaccount import Subaccount
from domain.vehicle import Vehicle, Zone
from resolvers.context import Info
from resolvers.decode import id_of, search_of
from resolvers.page import Paging

VEHICLES = "vehicles"


async def vehicle(info: Info, id: ID) -> Vehicle | None:
    """A vehicle by its id; null where none exists for the caller."""
    return await info.context.load(store.by_id, id_of(id, Prefix.VEHICLE))


async def of_fleet(
    fleet: Parent[Subaccount],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    *,
    search: Annotated[
        str | None,
        argument(
            description="A part of the code, or of the IMEI for those who may see it (ROL-9), up"
            " to 200 characters; the case of letters does not matter."
        ),
    ] = None,
    available_only: Annotated[
        bool, argument(description="Leave out all but those that can be ridden at once.")
    ] = False,
) -> Page[Vehicle] | None:
    """Vehicles of the fleet, newest first; 20 a page unless asked, 100 at most."""
    imei = info.context.caller.may(Permission.VIEW_IMEI)  # else search would tell it (ROL-9)
    only = VehicleFilter(search_of(search), imei, available_only)
    key = Paging(first, after, last, before).key(VEHICLES, fleet.id, fleet.id, only)
    return await info.context.load(store.of_fleets, key)


async def zone(info: Info, id: str) -> Zone | None:
    return await info.context.load(store.zones_by_id, id)


async def zones(fleet: Parent[Subaccount], info: Info) -> Sequence[Zone]:
    """The parking zones of the fleet, by name; at most 500."""
    return await info.context.load(store.zones_of_fleets, fleet.id) or ()


def online(vehicle: Parent[Vehicle], info: Info) -> bool:
    """A signal within the policy's window, its end included (one hour unless set)."""
    return vehicle.online(info.context.now)


async def active_ride(vehicle: Parent[Vehicle], info: Info) -> Ride | None:
    """The ride that it is on now; null when there is none, or it is another rider's."""
    return await info.context.load(rides.active_of_vehicles, vehicle.id)
