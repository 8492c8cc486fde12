"""Rides, and the fare lines of those that ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    Named,
    Table,
    TableValuedAlias,
    Text,
    TypedColumns,
    and_,
    any_,
    literal,
    or_,
    select,
    text,
)

from db.page import Kind, Pages
from db.query import AnyQuery, Connection, Query
from db.subaccount import subaccount
from db.tables import among, metadata, refers, within
from db.types import Instant, MinorUnits, Percent, one_of
from domain.access import Reach
from domain.fare import FareBreakdown, FareTerms
from domain.ids import CustomerId, SubaccountId
from domain.location import coordinates
from domain.money import Minor, Money
from domain.page import Page, PageKey, page
from domain.ride import Ride, RideStatus


class RideColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text)
    vehicle_id: Named[str] = Column(Text)
    status: Named[RideStatus] = Column(one_of(RideStatus))
    started_at: Named[datetime] = Column(Instant)
    ended_at: Named[datetime | None] = Column(Instant)
    distance_meters: Named[int | None] = Column(Integer)
    start_latitude: Named[float | None] = Column(Double)
    start_longitude: Named[float | None] = Column(Double)
    end_latitude: Named[float | None] = Column(Double)
    end_longitude: Named[float | None] = Column(Double)
    end_zone_id: Named[str | None] = Column(Text)
    started_by: Named[str] = Column(Text)
    ended_by: Named[str | None] = Column(Text)
    points_earned: Named[int] = Column(Integer, server_default="0")
    refunded: Named[Minor] = Column(MinorUnits, server_default="0")
    # Prices and benefits as they stood at the start (RID-3).
    unlock_fee: Named[Minor] = Column(MinorUnits)
    per_minute_rate: Named[Minor] = Column(MinorUnits)
    unlock_discount_percent: Named[Decimal] = Column(Percent, server_default="0")
    minute_discount_percent: Named[Decimal] = Column(Percent, server_default="0")
    free_unlock: Named[bool] = Column(Boolean, server_default="false")
    included_ride: Named[bool] = Column(Boolean, server_default="false")
    included_minutes: Named[int] = Column(Integer, server_default="0")
    promo_percent_off: Named[Decimal | None] = Column(Percent)
    promo_amount_off: Named[Minor | None] = Column(MinorUnits)
    promo_free_minutes: Named[int | None] = Column(Integer)


class FareColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    ride_id: Named[str] = Column(Text, primary_key=True)
    minutes: Named[int] = Column(Integer)
    unlock: Named[Minor] = Column(MinorUnits)
    time: Named[Minor] = Column(MinorUnits)
    tier_discount: Named[Minor] = Column(MinorUnits)
    promo_discount: Named[Minor] = Column(MinorUnits)
    covered_by_plan: Named[Minor] = Column(MinorUnits)
    total: Named[Minor] = Column(MinorUnits)
    paid_from_bonus: Named[Minor] = Column(MinorUnits)
    paid_from_balance: Named[Minor] = Column(MinorUnits)
    paid_by_card: Named[Minor] = Column(MinorUnits)
    left_as_debt: Named[Minor] = Column(MinorUnits)


ride = Table(
    "ride",
    metadata,
    RideColumns,
    refers("customer_id", "customer"),
    refers("vehicle_id", "vehicle"),
    refers("end_zone_id", "zone"),
    CheckConstraint("(status = 'ACTIVE') = (ended_at IS NULL)", "ended"),
    CheckConstraint("ended_at >= started_at", "order"),
    CheckConstraint("distance_meters >= 0", "distance"),
    CheckConstraint("refunded >= 0", "refunded"),
    # One active ride per customer and per vehicle, whatever runs at the same time (RID-3).
    Index(
        "ux_ride_active_customer",
        "subaccount_id",
        "customer_id",
        unique=True,
        postgresql_where=text("status = 'ACTIVE'"),
    ),
    Index(
        "ux_ride_active_vehicle",
        "subaccount_id",
        "vehicle_id",
        unique=True,
        postgresql_where=text("status = 'ACTIVE'"),
    ),
    Index("ix_ride_customer", "subaccount_id", "customer_id", "started_at", "id"),
    Index("ix_ride_vehicle", "subaccount_id", "vehicle_id", "started_at", "id"),
    Index("ix_ride_fleet", "subaccount_id", "started_at", "id"),
    Index("ix_ride_zone", "subaccount_id", "end_zone_id"),
)
fare = Table(
    "fare",
    metadata,
    FareColumns,
    refers("ride_id", "ride"),
    CheckConstraint(
        "unlock + time - tier_discount - promo_discount - covered_by_plan = total", "lines"
    ),
    CheckConstraint(
        "paid_from_bonus + paid_from_balance + paid_by_card + left_as_debt = total", "payments"
    ),
    CheckConstraint(
        "least(minutes, unlock, time, tier_discount, promo_discount, covered_by_plan, total,"
        " paid_from_bonus, paid_from_balance, paid_by_card, left_as_debt) >= 0",
        "no_line_is_negative",
    ),
)


@dataclass(frozen=True, slots=True)
class RideFilter:
    """Which rides are listed: where asked, those of some statuses."""

    statuses: tuple[RideStatus, ...] | None = None


# Named by the domain's own fields, in their order; the first of each comes from elsewhere.
TERMS = [ride.c[field.name] for field in fields(FareTerms)[1:]]
LINES = [fare.c[field.name] for field in fields(FareBreakdown)[1:]]
SELECTED = (
    select(
        ride.c.id,
        ride.c.subaccount_id,
        ride.c.customer_id,
        ride.c.vehicle_id,
        ride.c.status,
        ride.c.started_at,
        ride.c.ended_at,
        ride.c.distance_meters,
        ride.c.start_latitude,
        ride.c.start_longitude,
        ride.c.end_latitude,
        ride.c.end_longitude,
        ride.c.end_zone_id,
        ride.c.started_by,
        ride.c.ended_by,
        ride.c.points_earned,
        ride.c.refunded,
        subaccount.c.currency,
        *TERMS,
        *LINES,
    )
    .select_from(
        ride.join(subaccount, subaccount.c.id == ride.c.subaccount_id).outerjoin(
            fare,
            and_(fare.c.subaccount_id == ride.c.subaccount_id, fare.c.ride_id == ride.c.id),
        )
    )
    .where(within(ride.c.subaccount_id, ride.c.customer_id))
)
BY_ID = Query(SELECTED.where(among(ride.c.id)))
# The status is written out, so that even a plan made for all parameters finds the partial index.
ACTIVE = SELECTED.where(
    ride.c.status == literal(RideStatus.ACTIVE, ride.c.status.type, literal_execute=True)
)
ACTIVE_OF_CUSTOMERS = Query(ACTIVE.where(among(ride.c.customer_id)))
ACTIVE_OF_VEHICLES = Query(ACTIVE.where(among(ride.c.vehicle_id)))
FILTERS: Mapping[str, Kind] = {"statuses": ARRAY(Text)}


def filtered(keys: TableValuedAlias) -> list[ColumnElement[bool]]:
    """What a RideFilter asks for; the keys carry its members."""
    return [or_(keys.c.statuses.is_(None), ride.c.status == any_(keys.c.statuses))]


def _pages(owner: str) -> Pages[*tuple[Any, ...]]:
    return Pages(SELECTED, ride, owner=owner, time="started_at", filters=FILTERS, where=filtered)


OF_CUSTOMERS = _pages("customer_id")
OF_FLEETS = _pages("subaccount_id")
OF_VEHICLES = _pages("vehicle_id")


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, Ride]:
    """The rides that exist for the caller, of those asked for."""
    found = await connection.rows(BY_ID, reach, keys=ids)
    return {row[0]: _ride(row) for row in found}


async def of_customers(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[RideFilter]]
) -> dict[PageKey[RideFilter], Page[Ride]]:
    """A page of each customer's rides, newest first."""
    return await _read(OF_CUSTOMERS, connection, reach, keys)


async def of_fleets(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[RideFilter]]
) -> dict[PageKey[RideFilter], Page[Ride]]:
    """A page of each fleet's rides, newest first."""
    return await _read(OF_FLEETS, connection, reach, keys)


async def of_vehicles(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[RideFilter]]
) -> dict[PageKey[RideFilter], Page[Ride]]:
    """A page of each vehicle's rides, newest first."""
    return await _read(OF_VEHICLES, connection, reach, keys)


async def active_of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, Ride]:
    """The ride that each customer is on; a unique index allows one (RID-3)."""
    rides = await _active(ACTIVE_OF_CUSTOMERS, connection, reach, customer_ids)
    return {ride.customer_id: ride for ride in rides}


async def active_of_vehicles(
    connection: Connection, reach: Reach, vehicle_ids: Sequence[str]
) -> dict[str, Ride]:
    """The ride that each vehicle is on; a unique index allows one (RID-3)."""
    rides = await _active(ACTIVE_OF_VEHICLES, connection, reach, vehicle_ids)
    return {ride.vehicle_id: ride for ride in rides}


async def _read(
    pages: Pages[*tuple[Any, ...]],
    connection: Connection,
    reach: Reach,
    keys: Sequence[PageKey[RideFilter]],
) -> dict[PageKey[RideFilter], Page[Ride]]:
    found = await pages.read(connection, reach, keys)
    return {key: page(key, [_ride(row) for row in rows]) for key, rows in found.items()}


async def _active(
    query: AnyQuery, connection: Connection, reach: Reach, keys: Sequence[str]
) -> list[Ride]:
    return [_ride(row) for row in await connection.rows(query, reach, keys=keys)]


def _ride(row: tuple[Any, ...]) -> Ride:
    known, priced = row[:16], row[16:]
    refunded, currency, *terms = priced[: 2 + len(TERMS)]
    minutes, *lines = priced[2 + len(TERMS) :]
    paid = None if minutes is None else [Money(line, currency) for line in lines]
    values: tuple[Any, ...] = (
        known[0],
        SubaccountId(known[1]),
        CustomerId(known[2]),
        *known[3:8],
        coordinates(*known[8:10]),
        coordinates(*known[10:12]),
        *known[12:16],
        None if paid is None else Money(refunded, currency),
        FareTerms(currency, *terms),
        None if paid is None else FareBreakdown(known[0], minutes, *paid),
    )
    return Ride(*values)
