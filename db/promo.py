"""Promo codes and their redemptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    Index,
    Integer,
    Named,
    Table,
    TableValuedAlias,
    Text,
    TypedColumns,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
)

from db.page import Pages
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, fleet_key, metadata, refers, within
from db.types import Instant, MinorUnits, Percent, one_of
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.money import Minor, Money
from domain.page import Page, PageKey, page
from domain.promo import DiscountType, PromoCode, PromoRedemption


class PromoCodeColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    code: Named[str] = Column(Text)
    code_key: Named[str] = Column(Text, Computed("lower(code)", persisted=True), nullable=False)
    discount_type: Named[DiscountType] = Column(one_of(DiscountType))
    percent_off: Named[Decimal | None] = Column(Percent)
    amount_off: Named[Minor | None] = Column(MinorUnits)
    free_minutes: Named[int | None] = Column(Integer)
    starts_at: Named[datetime | None] = Column(Instant)
    ends_at: Named[datetime | None] = Column(Instant)
    max_redemptions: Named[int | None] = Column(Integer)
    max_redemptions_per_customer: Named[int | None] = Column(Integer)
    redemptions: Named[int] = Column(Integer, server_default="0")
    active: Named[bool] = Column(Boolean)


class PromoRedemptionColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    promo_code_id: Named[str] = Column(Text)
    discount_value: Named[Minor | None] = Column(MinorUnits)
    redeemed_at: Named[datetime] = Column(Instant)
    ride_id: Named[str | None] = Column(Text)
    package_purchase_id: Named[str | None] = Column(Text)
    ride_subscription_id: Named[str | None] = Column(Text)


promo_code = Table(
    "promo_code",
    metadata,
    PromoCodeColumns,
    fleet_key(),
    UniqueConstraint("subaccount_id", "code_key"),
    CheckConstraint(
        "CASE discount_type"
        " WHEN 'PERCENTAGE' THEN percent_off > 0 AND percent_off <= 100"
        " WHEN 'FIXED_AMOUNT' THEN amount_off > 0 ELSE free_minutes > 0 END"
        " AND num_nonnulls(percent_off, amount_off, free_minutes) = 1",
        "discount",
    ),
    CheckConstraint(
        "redemptions >= 0 AND redemptions <= coalesce(max_redemptions, redemptions)",
        "redemptions",
    ),
)
promo_redemption = Table(
    "promo_redemption",
    metadata,
    PromoRedemptionColumns,
    refers("customer_id", "customer"),
    refers("promo_code_id", "promo_code"),
    refers("ride_id", "ride"),
    refers("package_purchase_id", "package_purchase"),
    refers("ride_subscription_id", "ride_subscription"),
    CheckConstraint(
        "num_nonnulls(ride_id, package_purchase_id, ride_subscription_id) <= 1", "one_target"
    ),
    Index(None, "subaccount_id", "customer_id", "redeemed_at", "id"),
)


@dataclass(frozen=True, slots=True)
class PromoCodeFilter:
    """Which codes of a fleet are listed: where asked, those that a text is a part of."""

    search: str | None = None


CODE = (
    promo_code.c.id,
    promo_code.c.subaccount_id,
    promo_code.c.code,
    promo_code.c.discount_type,
    promo_code.c.percent_off,
    promo_code.c.amount_off,
    subaccount.c.currency,
    promo_code.c.free_minutes,
    promo_code.c.starts_at,
    promo_code.c.ends_at,
    promo_code.c.max_redemptions,
    promo_code.c.max_redemptions_per_customer,
    promo_code.c.redemptions,
    promo_code.c.active,
)
CODES = (
    select(*CODE)
    .select_from(promo_code)
    .join(subaccount, subaccount.c.id == promo_code.c.subaccount_id)
    .where(within(promo_code.c.subaccount_id))
)
BY_ID = Query(CODES.where(among(promo_code.c.id)))


def searched(keys: TableValuedAlias) -> list[ColumnElement[bool]]:
    """What a PromoCodeFilter asks for; in the text that is looked for no character is special."""
    found = func.strpos(promo_code.c.code_key, func.lower(keys.c.search)) > 0
    return [or_(keys.c.search.is_(None), found)]


CODES_OF_FLEETS = Pages(
    CODES,
    promo_code,
    owner="subaccount_id",
    time=None,
    filters={"search": Text},
    where=searched,
)
REDEMPTIONS = (
    select(
        promo_redemption.c.id,
        promo_redemption.c.customer_id,
        promo_redemption.c.discount_value,
        promo_redemption.c.redeemed_at,
        func.coalesce(
            promo_redemption.c.ride_id,
            promo_redemption.c.package_purchase_id,
            promo_redemption.c.ride_subscription_id,
        ),
        *CODE,
    )
    .select_from(promo_redemption)
    .join(subaccount, subaccount.c.id == promo_redemption.c.subaccount_id)
    .join(
        promo_code,
        and_(
            promo_code.c.subaccount_id == promo_redemption.c.subaccount_id,
            promo_code.c.id == promo_redemption.c.promo_code_id,
        ),
    )
    .where(within(promo_redemption.c.subaccount_id, promo_redemption.c.customer_id))
)
REDEMPTION_BY_ID = Query(REDEMPTIONS.where(among(promo_redemption.c.id)))
REDEMPTIONS_OF_CUSTOMERS = Pages(
    REDEMPTIONS,
    promo_redemption,
    owner="customer_id",
    time="redeemed_at",
)


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, PromoCode]:
    """The promo codes of the caller's fleets, of those asked for."""
    return {row[0]: _code(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def of_fleets(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[PromoCodeFilter]]
) -> dict[PageKey[PromoCodeFilter], Page[PromoCode]]:
    """A page of each fleet's promo codes, newest first."""
    found = await CODES_OF_FLEETS.read(connection, reach, keys)
    return {key: page(key, [_code(row) for row in rows]) for key, rows in found.items()}


async def redemptions(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[None]]
) -> dict[PageKey[None], Page[PromoRedemption]]:
    """A page of what each customer redeemed, newest first."""
    found = await REDEMPTIONS_OF_CUSTOMERS.read(connection, reach, keys)
    return {key: page(key, [_redemption(row) for row in rows]) for key, rows in found.items()}


async def redemption_by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, PromoRedemption]:
    """The redemptions that exist for the caller, of those asked for."""
    found = await connection.rows(REDEMPTION_BY_ID, reach, keys=ids)
    return {row[0]: _redemption(row) for row in found}


def _code(row: tuple[Any, ...]) -> PromoCode:
    id, subaccount_id, code, discount_type, percent_off, amount_off, currency, *rest = row
    off = None if amount_off is None else Money(amount_off, currency)
    return PromoCode(id, subaccount_id, code, discount_type, percent_off, off, *rest)


def _redemption(row: tuple[Any, ...]) -> PromoRedemption:
    id, customer_id, value, redeemed_at, applied_to_id, *code = row
    saved = None if value is None else Money(value, row[11])
    return PromoRedemption(id, customer_id, _code(tuple(code)), saved, redeemed_at, applied_to_id)
