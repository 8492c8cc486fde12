from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry import ID, Parent

from actions import customer as actions
from actions.action import Outcome
from db import customer as customers
from db import identity as identities
from db import location as locations
from db import payment_method as payment_methods
from db import phone as phones
from db import subaccount as subaccounts
from domain.access import Permission, Rider
from domain.customer import Customer, Touched
from domain.fault import BadUserInput, Forbidden
from domain.identity import IdentityVerification
from domain.ids import Prefix
from domain.location import SignupLocation
from domain.payment_method import PaymentMethod, PaymentMethodStatus
from domain.phone import PhoneLookup
from domain.subaccount import Subaccount
from resolvers.context import Info
from resolvers.decode import given, id_of
from resolvers.performs import performs
from resolvers.scalars import PhoneNumber

NUMBER_MAX = 2**63 - 1


@strawberry.input(description="One identifier of a customer, to be met exactly.", one_of=True)
class CustomerKey:
    customer_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="The number given at signup."
    )
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="In any case of letters."
    )
    phone: str | None = strawberry.field(
        default=strawberry.UNSET, description="E.164; of several customers who share it the newest."
    )
    stripe_customer_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Stripe's id of the customer, cus_…"
    )


@strawberry.input(
    description="What is to be changed: an absent field stays as it is, null clears it."
)
class UpdateCustomerInput:
    customer_id: ID = strawberry.field(description="Who.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; it cannot be cleared."
    )
    phone: PhoneNumber | None = strawberry.field(
        default=strawberry.UNSET, description="A new number is looked up soon afterwards."
    )
    region_id: ID | None = strawberry.field(
        default=strawberry.UNSET, description="A region of the fleet; not for riders."
    )
    note: str | None = strawberry.field(
        default=None, description="For the trail; up to 500 characters, and not for riders."
    )


@strawberry.input(description="A customer to be kept from riding and buying.")
class BlockCustomerInput:
    customer_id: ID = strawberry.field(description="Who.")
    reason: str = strawberry.field(description="Why; up to 500 characters.")


@strawberry.input(description="A customer to be let in again.")
class UnblockCustomerInput:
    customer_id: ID = strawberry.field(description="Who.")
    note: str | None = strawberry.field(
        default=None, description="For the trail; up to 500 characters."
    )


@strawberry.input(description="A customer whose account is to be closed.")
class DeleteCustomerInput:
    customer_id: ID = strawberry.field(description="Who.")
    confirmation: str = strawberry.field(
        description="Their email or name, as typed by the operator; the case does not matter."
    )


RIGHTS = {
    "customer_number": Permission.OPEN_CUSTOMERS,
    "email": Permission.VIEW_CONTACT,
    "phone": Permission.VIEW_CONTACT,
    "stripe_customer_id": Permission.VIEW_STRIPE_IDS,
}
"""Searching by data needs the right to read it (ROL-9)."""


async def customer(info: Info, id: ID) -> Customer | None:
    """One customer; null where there is none in the caller's reach."""
    return await info.context.load(customers.by_id, id_of(id, Prefix.CUSTOMER))


async def of_outcome(outcome: Parent[Outcome[Any]], info: Info) -> Customer | None:
    """The customer as it is now; null where nothing was done."""
    if outcome.result is None:
        return None
    return await info.context.load(customers.by_id, outcome.result.customer_id)


async def customer_by(info: Info, subaccount_id: ID, key: CustomerKey) -> Customer | None:
    """Exact look-up by one of the identifiers; a deleted customer is not found."""
    given = {name: value for name in RIGHTS if (value := getattr(key, name))}
    if len(given) != 1:
        message = "Name one identifier, and give it a value."
        raise BadUserInput(message)
    ((identifier, value),) = given.items()
    if not info.context.caller.may(RIGHTS[identifier]):
        raise Forbidden
    asked = (id_of(subaccount_id, Prefix.SUBACCOUNT), identifier, _normal(identifier, value))
    return await info.context.load(customers.by_key, asked)


def _normal(identifier: str, value: str) -> object:
    """An identifier as it is kept."""
    if "\0" in value:
        message = "This is no identifier."
        raise BadUserInput(message)
    if identifier != "customer_number":
        return value.lower() if identifier == "email" else value
    if value.isascii() and value.isdecimal() and int(value[:20]) <= NUMBER_MAX:
        return int(value[:20])
    message = "A customer number has digits only."
    raise BadUserInput(message)


async def me(info: Info) -> Customer | None:
    """The signed-in rider."""
    caller = info.context.caller
    if not isinstance(caller, Rider) or caller.customer_id is None:
        return None
    return await info.context.load(customers.by_id, caller.customer_id)


async def subaccount(customer: Parent[Customer], info: Info) -> Subaccount | None:
    """The fleet that the customer belongs to."""
    return await info.context.load(subaccounts.by_id, customer.subaccount_id)


async def saved_payment_methods(
    customer: Parent[Customer], info: Info
) -> Sequence[PaymentMethod] | None:
    """Saved cards and other means of payment: the default first, then the newest."""
    return await info.context.load(payment_methods.of_customers, customer.id)


async def identity(customer: Parent[Customer], info: Info) -> IdentityVerification | None:
    """Whether they have to prove who they are, and what came of it."""
    return await info.context.load(identities.of_customers, customer.id)


async def phone_lookup(customer: Parent[Customer], info: Info) -> PhoneLookup | None:
    """What was found out about the phone number; null before the first look-up."""
    return await info.context.load(phones.of_customers, customer.id)


async def signup_location(customer: Parent[Customer], info: Info) -> SignupLocation | None:
    """Where they signed up, by address and by GPS; null where neither is known."""
    return await info.context.load(locations.of_customers, customer.id)


async def payment_method(info: Info, id: str) -> PaymentMethod | None:
    return await info.context.load(payment_methods.by_id, id)


def payment_method_status(method: Parent[PaymentMethod], info: Info) -> PaymentMethodStatus:
    """EXPIRED from the first day after the expiry month, in the fleet's timezone (PAY-1)."""
    return method.status(info.context.now)


@performs(actions.update_customer)
async def update_customer(info: Info, input: UpdateCustomerInput) -> Outcome[Touched]:
    changes = given(input, "name", "phone", "region_id")
    if changes.get("region_id") is not None:
        changes["region_id"] = id_of(changes["region_id"], Prefix.REGION)
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(
        actions.update_customer, None, customer_id, changes, input.note
    )


@performs(actions.block_customer)
async def block_customer(info: Info, input: BlockCustomerInput) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(actions.block_customer, None, customer_id, input.reason)


@performs(actions.unblock_customer)
async def unblock_customer(info: Info, input: UnblockCustomerInput) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(actions.unblock_customer, None, customer_id, input.note)


@performs(actions.delete_customer)
async def delete_customer(info: Info, input: DeleteCustomerInput) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(
        actions.delete_customer, None, customer_id, input.confirmation
    )
