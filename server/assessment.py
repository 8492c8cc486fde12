"""What a signup and a number tell is found out by jobs, outside of any transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions import location, phone
from db import customer as customers
from db import location as locations
from domain.job import JobKind
from domain.location import Coordinates
from domain.ports import AddressAtlas, Borders, PhoneDirectory
from server.worker import Errand, Handler


@dataclass(frozen=True, slots=True)
class Lookups:
    """Whom the program asks."""

    directory: PhoneDirectory
    atlas: AddressAtlas
    borders: Borders


def handlers(ask: Lookups) -> Mapping[JobKind, Handler]:
    """The jobs that look something up, and how they are done."""
    return {
        JobKind.ASSESS_SIGNUP: lambda errand: assess_signup(errand, ask),
        JobKind.LOOK_UP_PHONE: lambda errand: look_up_phone(errand, ask),
    }


async def assess_signup(errand: Errand, ask: Lookups) -> None:
    """Find out where a customer signed up, and then of the number, whose risk asks where."""
    id = errand.job.subject_id
    async with errand.snapshot() as snapshot:
        signup = (await locations.of_customers(snapshot, errand.reach, [id])).get(id)
    if signup is not None:
        ip = await ask.atlas.locate(signup.ip.address) if signup.ip else None
        gps = signup.gps
        fix = Coordinates(gps.latitude, gps.longitude) if gps else None
        country = ask.borders.country_of(fix) if fix else None
        await errand.perform(location.record_signup_place, None, id, ip, country)
    await look_up_phone(errand, ask)


async def look_up_phone(errand: Errand, ask: Lookups) -> None:
    """Find out what is known of a customer's number; of one that was changed meanwhile nothing."""
    id = errand.job.subject_id
    async with errand.snapshot() as snapshot:
        customer = (await customers.by_id(snapshot, errand.reach, [id])).get(id)
    if customer is not None and customer.phone is not None:
        findings = await ask.directory.look_up(customer.phone)
        await errand.perform(phone.record_phone_lookup, None, id, customer.phone, findings)
