"""Ride packages and their purchases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    and_,
    select,
)

from db.page import Pages
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, fleet_key, metadata, refers, within
from db.types import Instant, MinorUnits
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.money import Minor, Money
from domain.package import PackagePurchase, RidePackage
from domain.page import Page, PageKey, page


class RidePackageColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    price: Named[Minor] = Column(MinorUnits)
    rides: Named[int | None] = Column(Integer)
    minutes: Named[int | None] = Column(Integer)
    valid_days: Named[int | None] = Column(Integer)
    active: Named[bool] = Column(Boolean)


class PackagePurchaseColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    ride_package_id: Named[str] = Column(Text)
    package_name: Named[str] = Column(Text)
    purchased_at: Named[datetime] = Column(Instant)
    amount_paid: Named[Minor] = Column(MinorUnits)
    rides_included: Named[int | None] = Column(Integer)
    minutes_included: Named[int | None] = Column(Integer)
    rides_used: Named[int] = Column(Integer, server_default="0")
    minutes_used: Named[int] = Column(Integer, server_default="0")
    expires_at: Named[datetime | None] = Column(Instant)


ride_package = Table(
    "ride_package",
    metadata,
    RidePackageColumns,
    fleet_key(),
    CheckConstraint("price >= 0", "price"),
    CheckConstraint("rides > 0", "rides"),
    CheckConstraint("minutes > 0", "minutes"),
    CheckConstraint("rides IS NOT NULL OR minutes IS NOT NULL", "something"),
)
package_purchase = Table(
    "package_purchase",
    metadata,
    PackagePurchaseColumns,
    refers("customer_id", "customer"),
    refers("ride_package_id", "ride_package"),
    CheckConstraint("amount_paid >= 0", "amount_paid"),
    CheckConstraint("rides_used >= 0 AND rides_used <= coalesce(rides_included, 0)", "rides"),
    CheckConstraint(
        "minutes_used >= 0 AND minutes_used <= coalesce(minutes_included, 0)", "minutes"
    ),
    Index(None, "subaccount_id", "customer_id", "purchased_at", "id"),
)

SOLD_MAX = 200
"""More packages than a fleet sells; the bound of the list."""

PACKAGE = (
    ride_package.c.id,
    ride_package.c.subaccount_id,
    ride_package.c.name,
    ride_package.c.price,
    subaccount.c.currency,
    ride_package.c.rides,
    ride_package.c.minutes,
    ride_package.c.valid_days,
    ride_package.c.active,
)
PACKAGES = (
    select(*PACKAGE)
    .select_from(ride_package)
    .join(subaccount, subaccount.c.id == ride_package.c.subaccount_id)
    .where(within(ride_package.c.subaccount_id))
)
BY_ID = Query(PACKAGES.where(among(ride_package.c.id)))
OF_FLEETS = Query(
    PACKAGES.where(among(ride_package.c.subaccount_id)).order_by(
        ride_package.c.active.desc(), ride_package.c.name, ride_package.c.id
    )
)
PURCHASES = (
    select(
        package_purchase.c.id,
        package_purchase.c.customer_id,
        package_purchase.c.package_name,
        package_purchase.c.purchased_at,
        package_purchase.c.amount_paid,
        package_purchase.c.rides_included,
        package_purchase.c.minutes_included,
        package_purchase.c.rides_used,
        package_purchase.c.minutes_used,
        package_purchase.c.expires_at,
        *PACKAGE,
    )
    .select_from(package_purchase)
    .join(subaccount, subaccount.c.id == package_purchase.c.subaccount_id)
    .join(
        ride_package,
        and_(
            ride_package.c.subaccount_id == package_purchase.c.subaccount_id,
            ride_package.c.id == package_purchase.c.ride_package_id,
        ),
    )
    .where(within(package_purchase.c.subaccount_id, package_purchase.c.customer_id))
)
PURCHASE_BY_ID = Query(PURCHASES.where(among(package_purchase.c.id)))
PURCHASES_OF_CUSTOMERS = Pages(
    PURCHASES,
    package_purchase,
    owner="customer_id",
    time="purchased_at",
)


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, RidePackage]:
    """The packages of the caller's fleets, of those asked for; also those no longer sold."""
    return {row[0]: _package(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def of_fleets(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> dict[str, list[RidePackage]]:
    """The packages of each fleet: those that are sold first, by name."""
    packages: dict[str, list[RidePackage]] = {id: [] for id in subaccount_ids}
    for row in await connection.rows(OF_FLEETS, reach, keys=subaccount_ids):
        if len(packages[row[1]]) < SOLD_MAX:
            packages[row[1]].append(_package(row))
    return packages


async def purchases(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[None]]
) -> dict[PageKey[None], Page[PackagePurchase]]:
    """A page of each customer's purchases, newest first."""
    found = await PURCHASES_OF_CUSTOMERS.read(connection, reach, keys)
    return {key: page(key, [_purchase(row) for row in rows]) for key, rows in found.items()}


async def purchase_by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, PackagePurchase]:
    """The purchases that exist for the caller, of those asked for."""
    found = await connection.rows(PURCHASE_BY_ID, reach, keys=ids)
    return {row[0]: _purchase(row) for row in found}


def _package(row: tuple[Any, ...]) -> RidePackage:
    id, subaccount_id, name, price, currency, *rest = row
    return RidePackage(id, subaccount_id, name, Money(price, currency), *rest)


def _purchase(row: tuple[Any, ...]) -> PackagePurchase:
    id, customer_id, package_name, purchased_at, paid, *rest = row[:10]
    bought = _package(row[10:])
    amount = Money(paid, bought.price.currency)
    return PackagePurchase(id, customer_id, bought, package_name, purchased_at, amount, *rest)
