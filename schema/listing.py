from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import listing
from domain.access import Permission
from domain.listing import CustomerTab
from resolvers import listing as resolve
from schema.field import plain, resolved, shows
from schema.money import Money
from schema.page import Connection

if TYPE_CHECKING:
    from schema.customer import Customer

SUMS = Permission.VIEW_SUMS


@shows(listing.Count)
class Count:
    value: int = plain("How many; at least so many where it is not exact.")
    exact: bool = plain("Whether there are no more.")


@shows(listing.CustomerSummary)
class CustomerSummary:
    total: int = plain("Customers, but for deleted ones.")
    active: int = plain("At least one completed ride.")
    wallet_value: Money | None = plain("Sum of all balances, debts included.", SUMS)
    total_bonuses: Money | None = plain("Sum of all bonuses.", SUMS)
    with_debt: int | None = plain("Customers whose balance is below zero.", SUMS)
    total_debt: Money | None = plain("What they owe together.", SUMS)


@shows(listing.CustomerTabCount)
class CustomerTabCount:
    tab: CustomerTab = plain("The question.")
    count: int = plain("How many customers answer to it.")


@strawberry.type(description="A page of customers.")
class CustomerConnection(Connection[Annotated["Customer", strawberry.lazy("schema.customer")]]):
    total_count: Count = resolved(resolve.total_count)
