"""What customers bought: subscriptions, packages, promo codes."""

from collections.abc import Sequence
from types import NoneType
from typing import Annotated

from strawberry import Parent, argument

from db import package as packages
from db import plan as plans
from db import promo as promos
from db import ride as rides
from db import subaccount as subaccounts
from db.promo import PromoCodeFilter
from domain import ids
from domain.ids import Prefix
from domain.package import PackagePurchase, PackageStatus, RidePackage
from domain.page import Page
from domain.plan import Plan, RideSubscription
from domain.promo import PromoCode, PromoRedemption
from domain.ride import Ride
from domain.subaccount import Subaccount
from resolvers.context import Info
from resolvers.decode import search_of
from resolvers.page import Paging, list_of_customer

PROMO_CODES = "promo codes"

subscriptions = list_of_customer(
    "subscriptions", plans.subscriptions, "Plans that they took, newest first."
)
purchases = list_of_customer(
    "packages", packages.purchases, "Packages that they bought, newest first."
)
redemptions = list_of_customer(
    "promos", promos.redemptions, "Promo codes that they redeemed, newest first."
)


async def plans_of_fleet(subaccount: Parent[Subaccount], info: Info) -> Sequence[Plan]:
    """Recurring plans, those that are sold first; at most 200."""
    return await info.context.load(plans.of_fleets, subaccount.id) or ()


async def packages_of_fleet(subaccount: Parent[Subaccount], info: Info) -> Sequence[RidePackage]:
    """One-time packages, those that are sold first; at most 200."""
    return await info.context.load(packages.of_fleets, subaccount.id) or ()


async def codes_of_fleet(
    fleet: Parent[Subaccount],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    search: Annotated[
        str | None,
        argument(
            description="A part of the code, up to 200 characters; the case of letters does not"
            " matter."
        ),
    ] = None,
) -> Page[PromoCode] | None:
    """Promo codes of the fleet, newest first; 20 a page unless asked, 100 at most."""
    only = PromoCodeFilter(search_of(search))
    paging = Paging(first, after, last, before)
    key = paging.key(PROMO_CODES, fleet.id, fleet.id, only, by=(NoneType,))
    return await info.context.load(promos.of_fleets, key)


def purchase_status(purchase: Parent[PackagePurchase], info: Info) -> PackageStatus:
    """Right at this moment: EXHAUSTED, EXPIRED or ACTIVE (PKG-1)."""
    return purchase.status(info.context.now)


async def applied_to(
    redemption: Parent[PromoRedemption], info: Info
) -> Ride | PackagePurchase | RideSubscription | None:
    """What the code made cheaper; null while it waits for the next ride or purchase."""
    target = redemption.applied_to_id
    prefix = None if target is None else ids.prefix_of(target)
    if target is None or prefix is None:
        return None
    if prefix is Prefix.RIDE:
        return await info.context.load(rides.by_id, target)
    if prefix is Prefix.PURCHASE:
        return await info.context.load(packages.purchase_by_id, target)
    return await info.context.load(plans.subscription_by_id, target)


async def redeemed_in(redemption: Parent[PromoRedemption], info: Info) -> Subaccount | None:
    """The fleet whose code it is."""
    return await info.context.load(subaccounts.by_id, redemption.subaccount_id)


async def plan(info: Info, id: str) -> Plan | None:
    return await info.context.load(plans.by_id, id)


async def subscription(info: Info, id: str) -> RideSubscription | None:
    return await info.context.load(plans.subscription_by_id, id)


async def package(info: Info, id: str) -> RidePackage | None:
    return await info.context.load(packages.by_id, id)


async def purchase(info: Info, id: str) -> PackagePurchase | None:
    return await info.context.load(packages.purchase_by_id, id)


async def promo_code(info: Info, id: str) -> PromoCode | None:
    return await info.context.load(promos.by_id, id)


async def redemption(info: Info, id: str) -> PromoRedemption | None:
    return await info.context.load(promos.redemption_by_id, id)
