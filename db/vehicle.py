"""Vehicles and zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    Named,
    Numeric,
    Table,
    TableValuedAlias,
    Text,
    TypedColumns,
    UniqueConstraint,
    and_,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.page import Kind, Pages
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import FLEETS, among, fleet_key, metadata, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.ids import SubaccountId
from domain.location import coordinates
from domain.page import Page, PageKey, page
from domain.vehicle import Vehicle, VehicleStatus, Zone

ZONES_MAX = 500
"""Of one fleet; a bound on a list that has no pages."""


class VehicleColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    code: Named[str] = Column(Text)
    imei: Named[str] = Column(Text)
    model: Named[str] = Column(Text)
    status: Named[VehicleStatus] = Column(one_of(VehicleStatus))
    battery_percent: Named[int | None] = Column(Integer)
    last_signal_at: Named[datetime | None] = Column(Instant)
    latitude: Named[float | None] = Column(Double)
    longitude: Named[float | None] = Column(Double)
    added_at: Named[datetime] = Column(Instant)


class ZoneColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    preferred_parking: Named[bool] = Column(Boolean)
    reward_points: Named[int] = Column(Integer)
    rebalancing_multiplier: Named[Decimal] = Column(Numeric(6, 3))
    boundary: Named[Sequence[Sequence[float]]] = Column(JSONB)


vehicle = Table(
    "vehicle",
    metadata,
    VehicleColumns,
    fleet_key(),
    UniqueConstraint("subaccount_id", "code"),
    UniqueConstraint("subaccount_id", "imei"),
    CheckConstraint("battery_percent BETWEEN 0 AND 100", "battery_percent"),
    Index(None, "subaccount_id", "added_at", "id"),
)
zone = Table(
    "zone",
    metadata,
    ZoneColumns,
    fleet_key(),
    CheckConstraint("reward_points >= 0", "reward_points"),
    CheckConstraint("rebalancing_multiplier >= 0", "rebalancing_multiplier"),
    CheckConstraint("jsonb_typeof(boundary) = 'array'", "boundary"),
)


@dataclass(frozen=True, slots=True)
class VehicleFilter:
    """Which vehicles of a fleet are listed: by a part of the code, or of the IMEI where allowed."""

    search: str | None = None
    search_imei: bool = False
    available_only: bool = False


SELECTED = (
    select(
        vehicle.c.id,
        vehicle.c.subaccount_id,
        vehicle.c.code,
        vehicle.c.imei,
        vehicle.c.model,
        vehicle.c.status,
        vehicle.c.battery_percent,
        vehicle.c.last_signal_at,
        vehicle.c.latitude,
        vehicle.c.longitude,
        subaccount.c.vehicle_online_window_minutes,
        vehicle.c.added_at,
    )
    .join(subaccount, subaccount.c.id == vehicle.c.subaccount_id)
    .where(within(vehicle.c.subaccount_id))
)
BY_ID = Query(SELECTED.where(among(vehicle.c.id)))
FILTERS: Mapping[str, Kind] = {"search": Text, "search_imei": Boolean, "available_only": Boolean}


def filtered(keys: TableValuedAlias) -> list[ColumnElement[bool]]:
    """What a VehicleFilter asks for; in the text that is looked for no character is special."""
    k = keys.c

    def holds(found: ColumnElement[str]) -> ColumnElement[bool]:
        return func.strpos(func.lower(found), func.lower(k.search)) > 0

    return [
        or_(
            k.search.is_(None),
            holds(vehicle.c.code),
            and_(k.search_imei, holds(vehicle.c.imei)),
        ),
        or_(not_(k.available_only), vehicle.c.status == VehicleStatus.AVAILABLE),
    ]


OF_FLEETS = Pages(
    SELECTED,
    vehicle,
    owner="subaccount_id",
    time="added_at",
    filters=FILTERS,
    where=filtered,
)
ZONE = select(
    zone.c.id,
    zone.c.subaccount_id,
    zone.c.name,
    zone.c.preferred_parking,
    zone.c.reward_points,
    zone.c.rebalancing_multiplier,
    zone.c.boundary,
).where(within(zone.c.subaccount_id))
ZONE_BY_ID = Query(ZONE.where(among(zone.c.id)))
ZONES = (
    ZONE.where(zone.c.subaccount_id == FLEETS.c.id)
    .order_by(zone.c.name, zone.c.id)
    .limit(ZONES_MAX)
    .lateral("q")
)
ZONES_OF_FLEETS = Query(select(*ZONES.c).join_from(FLEETS, ZONES, true()))


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, Vehicle]:
    """The vehicles that exist for the caller, of those asked for."""
    found = await connection.rows(BY_ID, reach, keys=ids)
    return {row[0]: _vehicle(row) for row in found}


async def of_fleets(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[VehicleFilter]]
) -> dict[PageKey[VehicleFilter], Page[Vehicle]]:
    """A page of each fleet's vehicles, newest first."""
    found = await OF_FLEETS.read(connection, reach, keys)
    return {key: page(key, [_vehicle(row) for row in rows]) for key, rows in found.items()}


async def zones_by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, Zone]:
    """The zones that exist for the caller, of those asked for."""
    found = await connection.rows(ZONE_BY_ID, reach, keys=ids)
    return {row[0]: _zone(row) for row in found}


async def zones_of_fleets(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> dict[str, list[Zone]]:
    """The zones of each fleet, by name; the first `ZONES_MAX` of them."""
    zones: dict[str, list[Zone]] = {id: [] for id in subaccount_ids}
    for row in await connection.rows(ZONES_OF_FLEETS, reach, keys=subaccount_ids):
        zones[row[1]].append(_zone(row))
    return zones


def _vehicle(row: tuple[Any, ...]) -> Vehicle:
    latitude, longitude, window, added_at = row[8:]
    values: tuple[Any, ...] = (
        row[0],
        SubaccountId(row[1]),
        *row[2:8],
        coordinates(latitude, longitude),
        timedelta(minutes=window),
        added_at,
    )
    return Vehicle(*values)


def _zone(row: tuple[Any, ...]) -> Zone:
    return Zone(row[0], SubaccountId(row[1]), *row[2:])
