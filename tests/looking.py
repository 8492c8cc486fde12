"""Look-ups of signups and numbers: what is asked, and the worker that does them."""

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.job import JobKind
from domain.phone import LineType, PhoneFindings
from domain.ports import AddressAtlas, PhoneDirectory
from integrations.addresses import LocalAtlas
from integrations.borders import ShippedBorders
from integrations.libphonenumber import OfflineDirectory
from server.assessment import Lookups, handlers
from tests.api import Api
from tests.make import JOINED, Fleet, Who
from tests.working import worker

BERLIN = {"latitude": 52.52, "longitude": 13.405, "accuracy_meters": 8.5}
ASKED = """
query ($id: ID!) {
  customer(id: $id) {
    phoneLookup {
      carrier lineType prepaid country riskScore riskLevel riskFlags
      nameMatchScore nameMatchLevel provider checkedAt
    }
    signupLocation {
      ip { address city region country }
      gps { latitude longitude accuracyMeters country }
      mismatch
    }
    identity { status required requiredReason }
    status
  }
}
"""


class Provider:
    """A provider that knows one thing of every number, and more than the built-in one."""

    def __init__(self, **known: Any) -> None:
        plain = PhoneFindings("test", valid=True, line_type=LineType.MOBILE, country="DE")
        self.found = replace(plain, **known)

    async def look_up(self, number: str) -> PhoneFindings:
        assert number.startswith("+")
        return self.found


@cache
def shipped() -> Lookups:
    """What the product asks where nothing is configured."""
    return Lookups(OfflineDirectory(), LocalAtlas(), ShippedBorders())


async def look_up(
    engine: AsyncEngine, directory: PhoneDirectory | None = None, atlas: AddressAtlas | None = None
) -> None:
    """Do all look-ups that are due."""
    plain = shipped()
    asked = Lookups(directory or plain.directory, atlas or plain.atlas, plain.borders)
    await worker(engine, handlers(asked)).work_off()


async def signed_up(fleet: Fleet, customer_id: str, **place: Any) -> None:
    """What signing up leaves: the place, where one is given, and the job."""
    if place:
        values = {"customer_id": customer_id, "recorded_at": JOINED}
        await fleet.row("signup_location", **(values | place))
    await fleet.job(JobKind.ASSESS_SIGNUP, customer_id)


async def shown(api: Api, who: Who, customer_id: str) -> dict[str, Any]:
    """What the customer page shows of numbers, places and identity."""
    customer: dict[str, Any] = (await api.get(who, ASKED, id=customer_id))["customer"]
    return customer
