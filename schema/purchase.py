from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain import package, plan, promo
from domain.access import Permission
from domain.package import PackageStatus
from domain.plan import BillingFrequency, RideSubscriptionStatus
from domain.promo import DiscountType
from resolvers import purchase as resolve
from resolvers.scalars import Decimal
from schema.field import plain, resolved, shows
from schema.money import Money
from schema.node import Node
from schema.ride import Ride

if TYPE_CHECKING:
    from schema.subaccount import Subaccount


@shows(plan.Plan)
class Plan(Node):
    name: str = plain("As customers see it.")
    price: Money = plain("For one period.")
    billing_frequency: BillingFrequency = plain("How long a period is.")
    included_rides: int | None = plain("Rides in a period; null where rides are not counted.")
    included_minutes: int | None = plain("Minutes in a period; null where none are included.")
    active: bool = plain("Whether it is sold.")


@shows(plan.RideSubscription)
class RideSubscription(Node):
    plan: Plan = plain("The plan as it is now.")
    package_name: str = plain("The plan's name when it was taken.")
    status: RideSubscriptionStatus = plain("Whether it runs.")
    start_date: datetime = plain("When it began.")
    end_date: datetime | None = plain("When it ends, or the paid period does.")
    billing_frequency: BillingFrequency = plain("How often it is paid.")
    amount: Money = plain("What a period costs.")
    rides_included: int | None = plain("Rides in a period.")
    minutes_included: int | None = plain("Minutes in a period.")
    rides_used: int = plain("Of this period's rides.")
    minutes_used: int = plain("Of this period's minutes.")
    cancel_at_period_end: bool = plain("Whether it stops when the paid period does.")
    stripe_subscription_id: str | None = plain(
        "Stripe's id, sub_…; null where the built-in biller renews it.",
        Permission.VIEW_STRIPE_IDS,
    )


@shows(package.RidePackage)
class RidePackage(Node):
    name: str = plain("As customers see it.")
    price: Money = plain("Paid once.")
    rides: int | None = plain("How many rides it holds.")
    minutes: int | None = plain("How many minutes it holds.")
    valid_days: int | None = plain("How long it can be used; null for ever.")
    active: bool = plain("Whether it is sold.")


@shows(package.PackagePurchase)
class PackagePurchase(Node):
    package: RidePackage = plain("The package as it is now.")
    package_name: str = plain("The package's name when it was bought.")
    purchased_at: datetime = plain("When it was bought.")
    amount_paid: Money = plain("What was paid, after any promo.")
    rides_included: int | None = plain("Rides bought.")
    minutes_included: int | None = plain("Minutes bought.")
    rides_remaining: int | None = plain("Rides left.")
    minutes_remaining: int | None = plain("Minutes left.")
    expires_at: datetime | None = plain("When the rest lapses; null for never.")
    status: PackageStatus = resolved(resolve.purchase_status)


@shows(promo.PromoCode)
class PromoCode(Node):
    code: str = plain("What riders type, in any case of letters.")
    discount_type: DiscountType = plain("What it takes off.")
    percent_off: Decimal | None = plain("Per cent, with PERCENTAGE.")
    amount_off: Money | None = plain("At most this, with FIXED_AMOUNT.")
    free_minutes: int | None = plain("Minutes not charged, with FREE_MINUTES.")
    starts_at: datetime | None = plain("Valid from; null for always.")
    ends_at: datetime | None = plain("Valid until; null for ever.")
    max_redemptions: int | None = plain("By everybody together; null without a limit.")
    max_redemptions_per_customer: int | None = plain("By each customer; null without a limit.")
    redemptions: int = plain("How often it was redeemed.")
    active: bool = plain("Whether it can be redeemed.")


PromoTarget: TypeAlias = Annotated[
    Ride | PackagePurchase | RideSubscription,
    strawberry.union("PromoTarget", description="What a promo code was applied to."),
]


@shows(promo.PromoRedemption)
class PromoRedemption(Node):
    promo_code: PromoCode = plain("The code as it is now.")
    code: str = plain("What the rider typed, as the fleet writes it.")
    discount_type: DiscountType = plain("What it takes off.")
    discount_value: Money | None = plain("What it saved; null until it is applied.")
    percent_off: Decimal | None = plain("Per cent, with PERCENTAGE.")
    free_minutes: int | None = plain("Minutes not charged, with FREE_MINUTES.")
    redeemed_at: datetime = plain("When the rider typed it.")
    applied_to: PromoTarget | None = resolved(resolve.applied_to)
    subaccount: Annotated["Subaccount", strawberry.lazy("schema.subaccount")] = resolved(
        resolve.redeemed_in
    )
