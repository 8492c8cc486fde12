"""The customers page: its cards, its tabs and its rows (LST-1 to LST-6)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import NoneType
from typing import Annotated

import strawberry
from strawberry import ID, Parent, argument

from db import listing as store
from db import tally as tallies
from domain.access import Caller, Permission
from domain.customer import Customer, DeviceOs
from domain.fault import BadUserInput, Forbidden
from domain.ids import Prefix
from domain.listing import (
    Count,
    CustomerOrderField,
    CustomerSummary,
    CustomerTab,
    CustomerTabCount,
    Listing,
    OrderDirection,
    words,
)
from domain.listing import CustomerFilter as Only
from domain.money import Minor, Money
from domain.page import Page
from domain.phone import RiskLevel
from domain.subaccount import Subaccount
from resolvers.context import Info
from resolvers.decode import id_of, search_of
from resolvers.page import Paging

CUSTOMERS = "customers"
VALUES_MAX = 100
BY: Mapping[CustomerOrderField, tuple[type, ...]] = {
    CustomerOrderField.NAME: (str,),
    CustomerOrderField.CUSTOMER_NUMBER: (int,),
    CustomerOrderField.WALLET_BALANCE: (int,),
    CustomerOrderField.BONUS: (int,),
    CustomerOrderField.RIDES: (int,),
    CustomerOrderField.JOINED: (datetime,),
    CustomerOrderField.LAST_ACTIVE: (datetime, NoneType),
}
"""What the cursors of each order hold."""

ORDER_RIGHTS = {
    CustomerOrderField.WALLET_BALANCE: Permission.VIEW_WALLET,
    CustomerOrderField.BONUS: Permission.VIEW_WALLET,
}
TAB_RIGHTS = {CustomerTab.WITH_DEBT: Permission.VIEW_WALLET}
FILTER_RIGHTS = {
    "phone_risk_levels": Permission.VIEW_SENSITIVE,
    "has_payment_method": Permission.VIEW_WALLET,
    "has_active_ride": Permission.VIEW_RIDES,
    "tier_ids": Permission.VIEW_LOYALTY,
}
"""Ordering, counting and filtering by data needs the right to read it (ROL-9)."""


@strawberry.input(
    description="Which customers are listed. They combine: a customer answers to every one that is"
    " given. An empty list matches nobody."
)
class CustomerFilter:
    region_ids: list[ID] | None = strawberry.field(default=None, description="Of these regions.")
    device_os: list[DeviceOs] | None = strawberry.field(
        default=None, description="With the app on one of these."
    )
    joined_from: datetime | None = strawberry.field(
        default=None, description="Who signed up at this time or later."
    )
    joined_to: datetime | None = strawberry.field(
        default=None, description="Who signed up before this time."
    )
    last_active_from: datetime | None = strawberry.field(
        default=None, description="Last active at this time or later."
    )
    last_active_to: datetime | None = strawberry.field(
        default=None, description="Last active before this time; who never was is left out."
    )
    phone_risk_levels: list[RiskLevel] | None = strawberry.field(
        default=None, description="Whose phone has one of these levels of risk."
    )
    has_payment_method: bool | None = strawberry.field(
        default=None, description="Whether a means of payment is saved, valid or not."
    )
    has_active_ride: bool | None = strawberry.field(
        default=None, description="Whether they are riding now."
    )
    tier_ids: list[ID] | None = strawberry.field(
        default=None, description="In one of these loyalty tiers."
    )

    def decoded(self) -> Only:
        return Only(
            region_ids=_ids(self.region_ids, Prefix.REGION),
            device_os=_values(self.device_os),
            joined_from=self.joined_from,
            joined_to=self.joined_to,
            last_active_from=self.last_active_from,
            last_active_to=self.last_active_to,
            phone_risk_levels=_values(self.phone_risk_levels),
            has_payment_method=self.has_payment_method,
            has_active_ride=self.has_active_ride,
            tier_ids=_ids(self.tier_ids, Prefix.TIER),
        )


@strawberry.input(description="What customers are ordered by, and which end comes first.")
class CustomerOrder:
    field: CustomerOrderField = strawberry.field(description="What they are ordered by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which end of it comes first."
    )


async def of_fleet(  # noqa: PLR0913, PLR0917  (the arguments of the contract)
    subaccount: Parent[Subaccount],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    search: Annotated[
        str | None,
        argument(
            description="Name, email, phone (any punctuation) or customer number; case and accents"
            " do not matter. Each word is a part of one of them, and one has two letters or more;"
            " up to 200 characters. Without the right to contact data the name and the number"
            " alone are searched (ROL-9)."
        ),
    ] = None,
    tab: Annotated[
        CustomerTab, argument(description="The question that they answer (LST-3).")
    ] = CustomerTab.ALL,
    filter: CustomerFilter | None = None,
    order_by: Annotated[
        CustomerOrder | None,
        argument(description="By when they signed up, newest first, unless given."),
    ] = None,
) -> Page[Customer] | None:
    """The fleet's customers: searched, filtered and ordered; deleted ones under DELETED alone."""
    caller = info.context.caller
    order, direction = CustomerOrderField.JOINED, OrderDirection.DESC
    if order_by is not None:
        order, direction = order_by.field, order_by.direction
    _require(caller, [ORDER_RIGHTS.get(order), TAB_RIGHTS.get(tab), *_filter_rights(filter)])
    only = Only() if filter is None else filter.decoded()
    text = search_of(search)
    listing = Listing(
        words=() if text is None else words(text),
        contact=caller.may(Permission.VIEW_CONTACT),
        tab=tab,
        only=only,
        order_by=order,
        direction=direction,
    )
    paging = Paging(first, after, last, before)
    name = list_name(order, direction)
    key = paging.key(name, subaccount.id, subaccount.id, listing, by=BY[order])
    return await info.context.load(store.customers, key)


def list_name(order: CustomerOrderField, direction: OrderDirection) -> str:
    """What the cursors of a list in this order are bound to."""
    return f"{CUSTOMERS} {order} {direction}"


async def total_count(page: Parent[Page[Customer]], info: Info) -> Count | None:
    """How many customers the list has, all its pages together; counted only when asked for."""
    listing: Listing = page.key.only
    if not listing.counted or info.context.caller.reach.customer_id is not None:
        return await info.context.load(store.counts, page.key)
    tally = await info.context.load(tallies.of_fleets, page.key.subaccount_id)
    return None if tally is None else Count(tally.answers(listing), exact=True)


async def summary(subaccount: Parent[Subaccount], info: Info) -> CustomerSummary | None:
    """The cards above the list; search and filter do not change them (LST-1)."""
    tally = await info.context.load(tallies.of_fleets, subaccount.id)
    if tally is None:
        return None
    currency = subaccount.currency
    return CustomerSummary(
        total=tally.total,
        active=tally.active,
        wallet_value=Money(Minor(tally.wallet_value), currency),
        total_bonuses=Money(Minor(tally.bonuses), currency),
        with_debt=tally.with_debt,
        total_debt=Money(Minor(tally.debt), currency),
    )


async def tabs(subaccount: Parent[Subaccount], info: Info) -> Sequence[CustomerTabCount] | None:
    """How many customers each tab holds; without a tab that the caller may not count (ROL-9)."""
    tally = await info.context.load(tallies.of_fleets, subaccount.id)
    if tally is None:
        return None
    caller = info.context.caller
    may = [tab for tab in CustomerTab if tab not in TAB_RIGHTS or caller.may(TAB_RIGHTS[tab])]
    return [CustomerTabCount(tab, tally.in_tab(tab)) for tab in may]


def _require(caller: Caller, rights: Iterable[Permission | None]) -> None:
    if not all(right is None or caller.may(right) for right in rights):
        raise Forbidden


def _filter_rights(filter: CustomerFilter | None) -> list[Permission]:
    return [
        right for name, right in FILTER_RIGHTS.items() if getattr(filter, name, None) is not None
    ]


def _ids(given: Sequence[ID] | None, prefix: Prefix) -> tuple[str, ...] | None:
    return None if given is None else tuple(id_of(id, prefix) for id in _few(given))


def _values(given: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(_few(given))


def _few(given: Sequence[str]) -> Sequence[str]:
    if len(given) > VALUES_MAX:
        message = f"A filter names up to {VALUES_MAX} values."
        raise BadUserInput(message)
    return given
