"""Where customers signed up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    Named,
    Table,
    Text,
    TypedColumns,
    insert,
    select,
    update,
)

from db.query import Connection, Query
from db.tables import among, asked, metadata, refers, within
from db.types import Instant
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.location import Fix, GpsLocation, IpLocation, SignupLocation


class SignupLocationColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text, primary_key=True)
    ip_address: Named[str | None] = Column(Text)
    ip_city: Named[str | None] = Column(Text)
    ip_region: Named[str | None] = Column(Text)
    ip_country: Named[str | None] = Column(Text)
    latitude: Named[float | None] = Column(Double)
    longitude: Named[float | None] = Column(Double)
    accuracy_meters: Named[float | None] = Column(Double)
    gps_country: Named[str | None] = Column(Text)
    recorded_at: Named[datetime] = Column(Instant)


signup_location = Table(
    "signup_location",
    metadata,
    SignupLocationColumns,
    refers("customer_id", "customer"),
    CheckConstraint("latitude BETWEEN -90 AND 90", "latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180", "longitude"),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", "fix"),
)

OF_CUSTOMERS = Query(
    select(
        signup_location.c.customer_id,
        signup_location.c.ip_address,
        signup_location.c.ip_city,
        signup_location.c.ip_region,
        signup_location.c.ip_country,
        signup_location.c.latitude,
        signup_location.c.longitude,
        signup_location.c.accuracy_meters,
        signup_location.c.gps_country,
        signup_location.c.recorded_at,
    ).where(
        within(signup_location.c.subaccount_id, signup_location.c.customer_id),
        among(signup_location.c.customer_id),
    )
)

# The policy holds the row against the fleets. Only the columns that are given are written.
ADD = Query(
    insert(signup_location)
    .values(
        subaccount_id=asked("subaccount_id", Text),
        customer_id=asked("customer_id", Text),
        ip_address=asked("ip_address", Text),
        latitude=asked("latitude", Double),
        longitude=asked("longitude", Double),
        accuracy_meters=asked("accuracy_meters", Double),
        recorded_at=asked("recorded_at", Instant),
    )
    .returning(signup_location.c.customer_id)
)


PLACE = Query(
    update(signup_location)
    .where(
        within(signup_location.c.subaccount_id, signup_location.c.customer_id),
        signup_location.c.customer_id == asked("customer_id", Text),
    )
    .values(
        ip_city=asked("ip_city", Text),
        ip_region=asked("ip_region", Text),
        ip_country=asked("ip_country", Text),
        gps_country=asked("gps_country", Text),
    )
    .returning(signup_location.c.customer_id)
)


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, SignupLocation]:
    """Where each customer signed up."""
    found = await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids)
    return {row[0]: _location(row) for row in found}


async def add(
    connection: Connection,
    reach: Reach,
    subaccount_id: SubaccountId,
    customer_id: CustomerId,
    *,
    address: str | None,
    fix: Fix | None,
    at: datetime,
) -> None:
    """Keep the address and the fix of a signup (LOC-1); where they are is found out later."""
    row = {
        "subaccount_id": subaccount_id,
        "customer_id": customer_id,
        "ip_address": address,
        "latitude": fix and fix.latitude,
        "longitude": fix and fix.longitude,
        "accuracy_meters": fix and fix.accuracy_meters,
        "recorded_at": at,
    }
    await connection.rows(ADD, reach, **row)


async def place(
    connection: Connection,
    reach: Reach,
    customer_id: CustomerId,
    ip: IpLocation | None,
    gps_country: str | None,
) -> None:
    """Keep where the address and the fix of a signup are."""
    found = {
        "ip_city": ip and ip.city,
        "ip_region": ip and ip.region,
        "ip_country": ip and ip.country,
        "gps_country": gps_country,
    }
    await connection.rows(PLACE, reach, customer_id=customer_id, **found)


def _location(row: tuple[Any, ...]) -> SignupLocation:
    address, city, region, ip_country = row[1:5]
    latitude, longitude, accuracy, gps_country = row[5:9]
    ip = None if address is None else IpLocation(address, city, region, ip_country)
    gps = None if latitude is None else GpsLocation(latitude, longitude, accuracy, gps_country)
    return SignupLocation(row[0], ip, gps, row[9])
