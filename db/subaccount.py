"""Fleets, their regions and their policies."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    select,
    update,
)

from db.query import Connection, Query
from db.tables import among, asked, fleet_key, metadata, within
from db.types import MinorUnits, one_of
from domain.access import Reach
from domain.ids import SubaccountId
from domain.money import Minor, Money
from domain.policy import Settings
from domain.subaccount import (
    AutoTopUpPolicy,
    IdentityMode,
    PaymentMode,
    Region,
    RidePolicy,
    Subaccount,
)


class SubaccountColumns(TypedColumns):
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    currency: Named[str] = Column(Text)
    timezone: Named[str] = Column(Text)
    default_locale: Named[str] = Column(Text)
    share_url: Named[str] = Column(Text)
    payment_mode: Named[PaymentMode] = Column(one_of(PaymentMode))
    minimum_wallet_balance: Named[Minor] = Column(MinorUnits)
    unlock_fee: Named[Minor] = Column(MinorUnits)
    per_minute_rate: Named[Minor] = Column(MinorUnits)
    vehicle_online_window_minutes: Named[int] = Column(Integer)
    operation_limit: Named[Minor] = Column(MinorUnits)
    minimum_age: Named[int] = Column(Integer)
    prepaid_risk_countries: Named[list[str]] = Column(ARRAY(Text))
    identity_mode: Named[IdentityMode] = Column(one_of(IdentityMode))
    identity_risk_threshold: Named[int] = Column(Integer)
    auto_top_up_trigger_below: Named[Minor | None] = Column(MinorUnits)
    auto_top_up_amount: Named[Minor | None] = Column(MinorUnits)


class RegionColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)


subaccount = Table(
    "subaccount",
    metadata,
    SubaccountColumns,
    CheckConstraint(
        "minimum_wallet_balance >= 0 AND unlock_fee >= 0 AND per_minute_rate >= 0", "prices"
    ),
    CheckConstraint("operation_limit > 0", "operation_limit"),
    CheckConstraint("vehicle_online_window_minutes > 0", "online_window"),
    CheckConstraint("minimum_age BETWEEN 0 AND 120", "minimum_age"),
    CheckConstraint("identity_risk_threshold BETWEEN 0 AND 100", "risk_threshold"),
    CheckConstraint(
        "(auto_top_up_trigger_below IS NULL) = (auto_top_up_amount IS NULL)"
        " AND (auto_top_up_amount IS NULL OR auto_top_up_amount > 0)",
        "auto_top_up",
    ),
)
region = Table("region", metadata, RegionColumns, fleet_key())

SETTINGS = (
    subaccount.c.payment_mode,
    subaccount.c.minimum_wallet_balance,
    subaccount.c.unlock_fee,
    subaccount.c.per_minute_rate,
    subaccount.c.vehicle_online_window_minutes,
    subaccount.c.operation_limit,
    subaccount.c.minimum_age,
    subaccount.c.prepaid_risk_countries,
    subaccount.c.identity_mode,
    subaccount.c.identity_risk_threshold,
    subaccount.c.auto_top_up_trigger_below,
    subaccount.c.auto_top_up_amount,
)
"""What a policy is made of."""
SELECTED = select(
    subaccount.c.id,
    subaccount.c.name,
    subaccount.c.timezone,
    subaccount.c.default_locale,
    subaccount.c.currency,
    *SETTINGS,
).where(within(subaccount.c.id))
BY_ID = Query(SELECTED.where(among(subaccount.c.id)))
ITSELF = subaccount.c.id == asked("fleet", Text)
HELD = Query(SELECTED.where(ITSELF).with_for_update(key_share=True))
CHANGE_POLICY = Query(
    update(subaccount)
    .where(within(subaccount.c.id), ITSELF)
    .values(dict.fromkeys(SETTINGS))
    .returning(subaccount.c.id)
)
REGIONS = Query(
    select(region.c.id, region.c.subaccount_id, region.c.name)
    .where(within(region.c.subaccount_id), among(region.c.subaccount_id))
    .order_by(region.c.name, region.c.id)
)
REGION_BY_ID = Query(
    select(region.c.id, region.c.subaccount_id, region.c.name).where(
        within(region.c.subaccount_id), among(region.c.id)
    )
)


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, Subaccount]:
    """The fleets that exist for the caller, of those asked for."""
    found = await connection.rows(BY_ID, reach, keys=ids)
    return {row[0]: _subaccount(row) for row in found}


async def held(connection: Connection, reach: Reach, id: str) -> Subaccount | None:
    """A fleet whose policy stays as it is until the transaction ends; None where there is none."""
    found = await connection.rows(HELD, reach, fleet=id)
    return _subaccount(found[0]) if found else None


async def change_policy(
    connection: Connection, reach: Reach, fleet: Subaccount, settings: Settings
) -> None:
    """Write the settings of a fleet that is held: all of them, by their names."""
    values = {
        name: value.minor if isinstance(value, Money) else value for name, value in settings.items()
    }
    await connection.rows(CHANGE_POLICY, reach, fleet=fleet.id, **values)


async def regions(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> dict[str, list[Region]]:
    """The regions of each fleet, by name."""
    found: dict[str, list[Region]] = {id: [] for id in subaccount_ids}
    for row in await connection.rows(REGIONS, reach, keys=subaccount_ids):
        found[row[1]].append(_region(row))
    return found


async def region_by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, Region]:
    """The regions that exist for the caller, of those asked for."""
    found = await connection.rows(REGION_BY_ID, reach, keys=ids)
    return {row[0]: _region(row) for row in found}


def _region(row: tuple[str, str, str]) -> Region:
    id, subaccount_id, name = row
    return Region(id, subaccount_id, name)


def _subaccount(row: tuple[Any, ...]) -> Subaccount:
    return Subaccount(row[0], row[1], row[4], row[2], row[3], _policy(row[4:]))


def _policy(row: tuple[Any, ...]) -> RidePolicy:
    currency, mode, minimum, unlock, minute, window, limit, age, countries, *rest = row
    identity_mode, threshold, trigger, amount = rest
    top_up = trigger is not None and amount is not None
    return RidePolicy(
        payment_mode=mode,
        minimum_wallet_balance=Money(minimum, currency),
        unlock_fee=Money(unlock, currency),
        per_minute_rate=Money(minute, currency),
        vehicle_online_window_minutes=window,
        operation_limit=Money(limit, currency),
        minimum_age=age,
        prepaid_risk_countries=tuple(countries),
        identity_mode=identity_mode,
        identity_risk_threshold=threshold,
        auto_top_up=AutoTopUpPolicy(Money(trigger, currency), Money(amount, currency))
        if top_up
        else None,
    )
