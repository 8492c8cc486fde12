"""The phones on which customers have the app."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    and_,
    delete,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from db.query import Connection, Query
from db.tables import among, asked, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.customer import DeviceOs
from domain.device import DEVICES_MAX, Device
from domain.ids import CustomerId, SubaccountId


class DeviceColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    token: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    os: Named[DeviceOs] = Column(one_of(DeviceOs))
    locale: Named[str | None] = Column(Text)
    device_id: Named[str | None] = Column(Text)
    app_version: Named[str | None] = Column(Text)
    registered_at: Named[datetime] = Column(Instant)


device = Table(
    "device",
    metadata,
    DeviceColumns,
    refers("customer_id", "customer"),
    Index(None, "subaccount_id", "customer_id", "registered_at"),
)

OWN = within(device.c.subaccount_id, device.c.customer_id)
OF_CUSTOMERS = Query(
    select(
        device.c.subaccount_id,
        device.c.token,
        device.c.customer_id,
        device.c.os,
        device.c.locale,
        device.c.device_id,
        device.c.app_version,
        device.c.registered_at,
    )
    .where(OWN, among(device.c.customer_id))
    .order_by(device.c.registered_at.desc(), device.c.token)
)
# The policy holds the row against the fleets; a token may come from another customer of its fleet.
NEW = insert(device)
REGISTER = Query(
    NEW.on_conflict_do_update(
        index_elements=["subaccount_id", "token"],
        set_={
            name: NEW.excluded[name]
            for name in ("customer_id", "os", "locale", "device_id", "app_version", "registered_at")
        },
    ).returning(device.c.token)
)
OLD = (
    select(device.c.token)
    .where(OWN, device.c.customer_id == asked("customer_id", Text))
    .order_by(device.c.registered_at.desc(), device.c.token)
    .offset(asked("most", Integer))
    .scalar_subquery()
)
REPLACED = Query(
    delete(device)
    .where(
        OWN,
        device.c.customer_id == asked("customer_id", Text),
        or_(
            and_(
                device.c.device_id == asked("device_id", Text),
                device.c.token != asked("token", Text),
            ),
            device.c.token.in_(OLD),
        ),
    )
    .returning(device.c.token)
)
FORGET = Query(
    delete(device).where(OWN, device.c.token == asked("token", Text)).returning(device.c.token)
)


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[CustomerId]
) -> dict[CustomerId, list[Device]]:
    """The phones of each customer, those first on which the app was started last."""
    found: dict[CustomerId, list[Device]] = {id: [] for id in customer_ids}
    for row in await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids):
        one = Device(*row)
        found[one.customer_id].append(one)
    return found


async def register(connection: Connection, reach: Reach, new: Device) -> None:
    """Keep a phone, under the one customer of the fleet that used it last.

    It takes the place of an older token of the same phone, and of those beyond the limit.
    """
    await connection.rows(REGISTER, reach, **asdict(new))
    replaced = {"customer_id": new.customer_id, "device_id": new.device_id, "token": new.token}
    await connection.rows(REPLACED, reach, **replaced, most=DEVICES_MAX)


async def forget(connection: Connection, reach: Reach, token: str) -> None:
    """Remove a phone that no longer has the app (NOT-2)."""
    await connection.rows(FORGET, reach, token=token)
