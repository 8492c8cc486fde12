"""Notes on customers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Index, Named, Table, Text, TypedColumns, insert, select

from db.page import Pages
from db.query import Connection, Query
from db.tables import among, metadata, refers, within
from db.types import Instant
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.note import CustomerNote
from domain.page import Page, PageKey, page


class CustomerNoteColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    text: Named[str] = Column(Text)
    author: Named[str] = Column(Text)
    created_at: Named[datetime] = Column(Instant)


customer_note = Table(
    "customer_note",
    metadata,
    CustomerNoteColumns,
    refers("customer_id", "customer"),
    Index(None, "subaccount_id", "customer_id", "created_at", "id"),
)

SELECTED = select(
    customer_note.c.id,
    customer_note.c.customer_id,
    customer_note.c.text,
    customer_note.c.author,
    customer_note.c.created_at,
).where(within(customer_note.c.subaccount_id, customer_note.c.customer_id))
BY_ID = Query(SELECTED.where(among(customer_note.c.id)))
OF_CUSTOMERS = Pages(
    SELECTED,
    customer_note,
    owner="customer_id",
    time="created_at",
)

# The policy holds the row against the fleets.
ADD = Query(insert(customer_note).returning(customer_note.c.id))


async def by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, CustomerNote]:
    """The notes that exist for the caller, of those asked for."""
    return {row[0]: CustomerNote(*row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def of_customers(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[None]]
) -> dict[PageKey[None], Page[CustomerNote]]:
    """A page of the notes on each customer, newest first."""
    found = await OF_CUSTOMERS.read(connection, reach, keys)
    return {key: page(key, [CustomerNote(*row) for row in rows]) for key, rows in found.items()}


async def add(
    connection: Connection, reach: Reach, subaccount_id: SubaccountId, note: CustomerNote
) -> None:
    """Keep a note, for good: no role may change or remove one."""
    row = {
        "subaccount_id": subaccount_id,
        "id": note.id,
        "customer_id": note.customer_id,
        "text": note.text,
        "author": note.author_id,
        "created_at": note.created_at,
    }
    await connection.rows(ADD, reach, **row)
