"""The list of a fleet's customers: searched, filtered, sorted, counted.

Two functions of the database find the customers, with rights of their own; rows come under the
caller's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    column,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.customer import REACHED, customer, customer_of
from db.ledger import account
from db.query import AnyQuery, Connection, Query
from db.tables import asked, metadata, refers
from domain.access import Reach
from domain.customer import Customer
from domain.listing import COUNTED_MAX, Count, CustomerOrderField, Listing, OrderDirection
from domain.page import Key, Page, PageKey, Place, page_of
from domain.wallet import WalletAccount


class SearchColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text, primary_key=True)
    words: Named[str] = Column(Text)
    contact: Named[str] = Column(Text)


# Read by a function of the database alone, under rights of its own.
search = Table(
    "customer_search",
    metadata,
    SearchColumns,
    refers("customer_id", "customer"),
    Index(
        "ix_customer_search_grams",
        "subaccount_id",
        text("grams((words || ' '::text) || contact)"),
        postgresql_using="gin",
    ),
)

keys = (
    func.jsonb_to_recordset(asked("keys", JSONB))
    .table_valued(
        column("ord", Integer),
        column("fleet", Text),
        column("question", JSONB),
        column("sort", Text),
        column("descending", Boolean),
        column("backward", Boolean),
        column("kind", Text),
        column("place_key", Text),
        column("place_id", Text),
        column("size", Integer),
    )
    .render_derived(name="k", with_types=True)
)
k = keys.c
ids = func.listed_customers(
    k.question, k.sort, k.descending, k.backward, k.place_key, k.place_id, k.size
)
found_ids = (
    func.unnest(ids)
    .table_valued("id", with_ordinality="place")
    .render_derived(name="found_ids")
    .lateral()
)
# Materialized, and each customer by itself: else a plan may read all of the fleet's customers, and
# ask the function anew for every one of them.
listed = (
    select(k.ord, k.fleet, k.kind, found_ids.c.id, found_ids.c.place)
    .select_from(keys.join(found_ids, true()))
    .cte("listed")
    .prefix_with("MATERIALIZED")
)
balance = (
    select(account.c.balance)
    .where(
        account.c.subaccount_id == customer.c.subaccount_id,
        account.c.customer_id == customer.c.id,
        account.c.kind == listed.c.kind,
    )
    .correlate(customer, listed)
    .scalar_subquery()
)
shown = (
    REACHED.add_columns(customer.c.name_key, balance.label("balance"))
    .where(customer.c.subaccount_id == listed.c.fleet, customer.c.id == listed.c.id)
    .limit(1)
    .lateral("shown")
)
PAGE: AnyQuery = Query(
    select(*shown.c, listed.c.ord, listed.c.place).select_from(listed.join(shown, true()))
)
COUNTS: AnyQuery = Query(
    select(k.ord, func.counted_customers(k.question, asked("most", Integer), type_=Integer))
)
ACCOUNTS: Mapping[CustomerOrderField, WalletAccount] = {
    CustomerOrderField.WALLET_BALANCE: WalletAccount.BALANCE,
    CustomerOrderField.BONUS: WalletAccount.BONUS,
}
NEVER = {OrderDirection.ASC: "infinity", OrderDirection.DESC: "-infinity"}
"""When somebody was last active who never was, so as to come last either way."""
PLACES: Mapping[CustomerOrderField, Callable[[Customer, str, int], Key]] = {
    CustomerOrderField.NAME: lambda _, name_key, __: name_key,
    CustomerOrderField.CUSTOMER_NUMBER: lambda found, _, __: found.number,
    CustomerOrderField.WALLET_BALANCE: lambda _, __, balance: balance,
    CustomerOrderField.BONUS: lambda _, __, balance: balance,
    CustomerOrderField.RIDES: lambda found, _, __: found.completed_rides,
    CustomerOrderField.JOINED: lambda found, _, __: found.joined_at,
    CustomerOrderField.LAST_ACTIVE: lambda found, _, __: found.last_active_at,
}
"""What each order goes by: of a customer, their folded name and the balance asked for."""


async def customers(
    connection: Connection, reach: Reach, pages: Sequence[PageKey[Listing]]
) -> dict[PageKey[Listing], Page[Customer]]:
    """A page of each list of customers, in its order (LST-5)."""
    records = [_record(reach, place, key) for place, key in enumerate(pages)]
    found: dict[PageKey[Listing], list[tuple[Customer, Place]]] = {key: [] for key in pages}
    rows = await connection.rows(PAGE, reach, keys=orjson.dumps(records).decode())
    for *row, name_key, holds, ord, _ in sorted(rows, key=lambda row: row[-2:]):
        key, one = pages[ord], customer_of(row)
        place = Place(PLACES[key.only.order_by](one, name_key, holds), one.id)
        found[key].append((one, place))
    return {key: page_of(key, rows) for key, rows in found.items()}


async def counts(
    connection: Connection, reach: Reach, pages: Sequence[PageKey[Listing]]
) -> dict[PageKey[Listing], Count]:
    """How many customers each list has, up to 10,000: what the counters do not tell."""
    records = [_record(reach, place, key) for place, key in enumerate(pages)]
    asked_for = {"keys": orjson.dumps(records).decode(), "most": COUNTED_MAX + 1}
    rows = await connection.rows(COUNTS, reach, **asked_for)
    return {pages[ord]: Count.of(matches) for ord, matches in rows}


def _record(reach: Reach, ord: int, key: PageKey[Listing]) -> dict[str, object]:
    """What one page asks the database's functions."""
    only, window, place = key.only, key.window, key.window.place
    begins = None
    if place is not None:
        begins = NEVER[only.direction] if place.key is None else place.key
    return {
        "ord": ord,
        "fleet": key.subaccount_id,
        "question": {
            "fleet": key.subaccount_id,
            "rider": reach.customer_id,
            "tab": only.tab,
            "words": only.words or None,
            "contact": only.contact,
            "member": only.members or None,
            **asdict(only.only),
        },
        "sort": only.order_by,
        "descending": only.direction is OrderDirection.DESC,
        "backward": window.backward,
        "kind": ACCOUNTS.get(only.order_by),
        "place_key": begins,
        "place_id": None if place is None else place.id,
        "size": window.size + 1,
    }
