"""Where a customer signed up, once it is known."""

from actions.action import Work, action
from db import location as store
from domain.access import Permission
from domain.customer import Touched
from domain.ids import CustomerId
from domain.location import IpLocation


@action(Permission.RUN_JOBS)
async def record_signup_place(
    work: Work, customer_id: CustomerId, ip: IpLocation | None, gps_country: str | None
) -> Touched:
    """Keep where the address and the fix of a signup are (LOC-1). Again it changes nothing."""
    await store.place(work.connection, work.reach, customer_id, ip, gps_country)
    return Touched(customer_id)
