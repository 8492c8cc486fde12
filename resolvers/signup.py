from dataclasses import replace

import strawberry
from strawberry import ID

from actions import signup as actions
from actions.action import Outcome
from domain.access import Client, Rider
from domain.customer import DeviceOs, Touched
from domain.ids import Prefix, SubaccountId
from domain.location import Fix
from domain.signup import Signup
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.performs import performs
from resolvers.scalars import Locale, PhoneNumber


@strawberry.input(description="Where the rider's phone says that it is.")
class GpsInput:
    latitude: float = strawberry.field(description="In degrees, from -90 to 90.")
    longitude: float = strawberry.field(description="In degrees, from -180 to 180.")
    accuracy_meters: float | None = strawberry.field(
        default=None, description="How far off it may be; not below zero."
    )

    def fix(self) -> Fix:
        return Fix(self.latitude, self.longitude, self.accuracy_meters)


@strawberry.input(description="Somebody who becomes a customer of a fleet.")
class RegisterCustomerInput:
    subaccount_id: ID = strawberry.field(description="The fleet.")
    name: str = strawberry.field(description="Full name: 1 to 200 characters of any script.")
    email: str = strawberry.field(description="Unique in the fleet, in any case of letters.")
    phone: PhoneNumber | None = strawberry.field(
        default=None, description="It is looked up soon afterwards."
    )
    device_os: DeviceOs = strawberry.field(
        default=DeviceOs.UNKNOWN, description="The platform of the rider's phone."
    )
    locale: Locale | None = strawberry.field(
        default=None, description="The fleet's own unless given."
    )
    region_id: ID | None = strawberry.field(default=None, description="A region of the fleet.")
    ip_address: str | None = strawberry.field(
        default=None,
        description="The rider's address as the app's backend saw it; a rider's own call uses the"
        " connection's.",
    )
    gps: GpsInput | None = strawberry.field(
        default=None, description="Where the rider's phone says that it is."
    )
    device_id: str | None = strawberry.field(
        default=None, description="The app's stable id of the device, used against abuse only."
    )
    referral_code: str | None = strawberry.field(
        default=None, description="The code of the customer who brought them."
    )
    idempotency_key: str = strawberry.field(
        description="1 to 255 characters; the same key never signs up twice."
    )

    def signup(self) -> Signup:
        region_id = None if self.region_id is None else id_of(self.region_id, Prefix.REGION)
        return Signup(
            name=self.name,
            email=self.email,
            phone=self.phone,
            device_os=self.device_os,
            locale=self.locale,
            region_id=region_id,
            ip_address=self.ip_address,
            fix=None if self.gps is None else self.gps.fix(),
            device_id=self.device_id,
            referral_code=self.referral_code,
        )


@performs(actions.register_customer)
async def register_customer(info: Info, input: RegisterCustomerInput) -> Outcome[Touched]:
    context = info.context
    subaccount_id, signup = id_of(input.subaccount_id, Prefix.SUBACCOUNT), input.signup()
    await context.become(_in_fleet(context.caller, subaccount_id))
    key = input.idempotency_key
    outcome = await context.perform(actions.register_customer, key, subaccount_id, signup)
    if isinstance(context.caller, Rider) and outcome.result is not None:
        await context.become(replace(context.caller, customer_id=outcome.result.customer_id))
    return outcome


def _in_fleet(caller: Client, subaccount_id: SubaccountId) -> Client:
    """Who signs up: a rider that is no customer of the fleet is there as nobody yet (ROL-8)."""
    if not isinstance(caller, Rider) or caller.subaccount_id == subaccount_id:
        return caller
    return replace(caller, subaccount_id=subaccount_id, customer_id=None)
