"""The caller, as itself."""

from collections.abc import Sequence

from strawberry import Parent

from db import customer as customers
from db import operator as operators
from db import partner as partners
from domain.access import CallerKind, Client, Operator, Partner, Rider
from domain.actor import OperatorProfile
from domain.customer import Customer
from domain.partner import PartnerKey
from resolvers import locale as locales
from resolvers.context import Info
from resolvers.performs import allowed


def viewer(info: Info) -> Client:
    """Who is asking."""
    return info.context.caller


def kind(caller: Parent[Client]) -> CallerKind:
    """Told by the credential."""
    return caller.kind


async def operator(caller: Parent[Client], info: Info) -> OperatorProfile | None:
    """The operator; null for riders and partners."""
    if not isinstance(caller, Operator):
        return None
    return await info.context.load(operators.by_id, caller.id)


async def customer(caller: Parent[Client], info: Info) -> Customer | None:
    """The rider's own record; null for others, and before signing up."""
    if not isinstance(caller, Rider) or caller.customer_id is None:
        return None
    return await info.context.load(customers.by_id, caller.customer_id)


async def partner_key(caller: Parent[Client], info: Info) -> PartnerKey | None:
    """The key that a partner signed in with; null for others."""
    if not isinstance(caller, Partner):
        return None
    return await info.context.load(partners.by_id, caller.id)


def allowed_mutations(caller: Parent[Client]) -> Sequence[str]:
    """Every mutation name that this caller may run, so that a client can hide what it may not."""
    return allowed(caller)


async def locale(caller: Parent[Client], info: Info) -> str:  # noqa: ARG001  (of the request)
    """What amounts and messages are written for."""
    return await locales.of_caller(info.context)
