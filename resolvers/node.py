"""Any record by its id, under the same rights as the field that it belongs to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from strawberry import ID

from db import operator as operators
from db import partner as partners
from domain import ids
from domain.access import Permission
from domain.fault import BadUserInput, Forbidden
from domain.ids import Prefix
from resolvers import customer, loyalty, purchase, ride, subaccount, trail, vehicle, wallet
from resolvers.context import Info

Load: TypeAlias = Callable[[Info, ID], Awaitable[object | None]]
NODES_MAX = 100


async def _colleague(info: Info, id: ID) -> object | None:
    return await info.context.load(operators.colleagues, id)


async def _partner_key(info: Info, id: ID) -> object | None:
    return await info.context.load(partners.by_id, id)


NODES: Mapping[Prefix, tuple[Permission | None, Load]] = {
    Prefix.ACHIEVEMENT: (Permission.VIEW_LOYALTY, loyalty.achievement),
    Prefix.AUDIT: (Permission.VIEW_SENSITIVE, trail.entry),
    Prefix.CHALLENGE: (Permission.VIEW_LOYALTY, loyalty.challenge),
    Prefix.CUSTOMER: (Permission.OPEN_CUSTOMERS, customer.customer),
    Prefix.NOTE: (Permission.VIEW_SENSITIVE, trail.note),
    Prefix.NOTIFICATION: (Permission.VIEW_PURCHASES, trail.message),
    Prefix.OPERATOR: (Permission.VIEW_OPERATORS, _colleague),
    Prefix.PARTNER_KEY: (Permission.VIEW_PARTNER_KEYS, _partner_key),
    Prefix.PAYMENT_METHOD: (Permission.VIEW_WALLET, customer.payment_method),
    Prefix.PLAN: (Permission.VIEW_PURCHASES, purchase.plan),
    Prefix.POINTS_TRANSACTION: (Permission.VIEW_LOYALTY, loyalty.transaction),
    Prefix.PROMO_CODE: (Permission.VIEW_PROMO_CODES, purchase.promo_code),
    Prefix.PROMO_REDEMPTION: (Permission.VIEW_PURCHASES, purchase.redemption),
    Prefix.PURCHASE: (Permission.VIEW_PURCHASES, purchase.purchase),
    Prefix.REFERRAL_TIER: (Permission.VIEW_LOYALTY, loyalty.referral_tier),
    Prefix.REGION: (None, subaccount.region),
    Prefix.RIDE: (Permission.VIEW_RIDES, ride.ride),
    Prefix.RIDE_PACKAGE: (Permission.VIEW_PURCHASES, purchase.package),
    Prefix.RIDE_SUBSCRIPTION: (Permission.VIEW_PURCHASES, purchase.subscription),
    Prefix.SUBACCOUNT: (None, subaccount.subaccount),
    Prefix.TIER: (Permission.VIEW_LOYALTY, loyalty.tier),
    Prefix.TRANSACTION: (Permission.VIEW_WALLET, wallet.transaction),
    Prefix.VEHICLE: (Permission.VIEW_VEHICLES, vehicle.vehicle),
    Prefix.ZONE: (Permission.VIEW_VEHICLES, vehicle.zone),
}
"""What an id's prefix leads to, and the right that it takes; None is as open as the fleet."""


async def node(info: Info, id: ID) -> object | None:
    """Any record by its id, under the same rights as the field that it belongs to."""
    prefix = ids.prefix_of(id)
    if prefix is None:
        message = "This is no id."
        raise BadUserInput(message)
    if prefix not in NODES:
        return None
    permission, load = NODES[prefix]
    if permission is not None and not info.context.caller.may(permission):
        raise Forbidden
    return await load(info, id)


async def nodes(info: Info, ids: list[ID]) -> Sequence[object | None]:
    """Up to 100 records by their ids; what is wrong with one is null at its own place only."""
    if len(ids) > NODES_MAX:
        message = f"Ask for {NODES_MAX} ids at most."
        raise BadUserInput(message)
    return [_at_its_place(info, id) for id in ids]


async def _at_its_place(info: Info, id: ID) -> object | None:
    return await node(info, id)
