"""Writing what a file of fleets asks for: what is new is made, what differs is changed (OPS-5)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import Table, and_, delete, insert, make_url, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from db.operator import assignment, operator
from db.package import ride_package
from db.plan import plan
from db.subaccount import region, subaccount
from db.vehicle import vehicle, zone

BOUNDS = text(
    "SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '60s', true)"
)
ALONE = text(
    "SELECT set_config('app.subaccounts', :subaccounts, true),"
    " pg_advisory_xact_lock(hashtext('kickstand.load'))"
)


class Kind(Enum):
    """What a file may hold; the value is how a person calls several of them."""

    FLEET = "fleets"
    REGION = "regions"
    VEHICLE = "vehicles"
    ZONE = "zones"
    PLAN = "plans"
    PACKAGE = "packages"
    OPERATOR = "operators"
    ASSIGNMENT = "assignments"


TABLES: Mapping[Kind, Table] = {
    Kind.FLEET: subaccount,
    Kind.REGION: region,
    Kind.VEHICLE: vehicle,
    Kind.ZONE: zone,
    Kind.PLAN: plan,
    Kind.PACKAGE: ride_package,
    Kind.OPERATOR: operator,
}
"""In the order of writing: nothing refers to what comes later."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the columns that name it, those that are to be so, and what else a new one has."""

    kind: Kind
    key: Mapping[str, object]
    given: Mapping[str, object]
    first: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a file asks for.

    `assignments` are an operator's (issuer, subject) and its fleets; among `subaccount_ids` no
    other is assigned to it afterwards.
    """

    subaccount_ids: Sequence[str]
    records: Sequence[Record]
    assignments: Mapping[tuple[str, str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each kind were new, changed, gone, or as the file has them already."""

    new: Counter[Kind] = field(default_factory=Counter)
    changed: Counter[Kind] = field(default_factory=Counter)
    gone: Counter[Kind] = field(default_factory=Counter)
    same: Counter[Kind] = field(default_factory=Counter)


class Contradicted(Exception):
    """The database holds what the file cannot change, and says so; nothing was written."""


async def load(owner_url: str, wanted: Wanted) -> Loaded:
    """Write all of it in one transaction; rows that nothing asks for stay as they are."""
    engine = create_async_engine(make_url(owner_url).set(drivername="postgresql+asyncpg"))
    loaded = Loaded()
    try:
        async with engine.begin() as connection:
            await connection.execute(BOUNDS)
            await connection.execute(ALONE, {"subaccounts": ",".join(wanted.subaccount_ids)})
            for kind in TABLES:
                records = [record for record in wanted.records if record.kind is kind]
                if records:
                    await _write(connection, kind, records, loaded)
            for who, assigned in wanted.assignments.items():
                await _assign(connection, who, assigned, wanted.subaccount_ids, loaded)
    except IntegrityError as error:
        raise Contradicted(_cause(error)) from error
    finally:
        await engine.dispose()
    return loaded


async def _write(
    connection: AsyncConnection, kind: Kind, records: Sequence[Record], loaded: Loaded
) -> None:
    """Make and change the rows of one kind."""
    table = TABLES[kind]
    names = tuple(records[0].key)
    whose = table.c[names[0]].in_({record.key[names[0]] for record in records})
    rows = (await connection.execute(select(table).where(whose))).mappings()
    known = {tuple(row[name] for name in names): row for row in rows}
    fresh = []
    for record in records:
        row = known.get(tuple(record.key.values()))
        if row is None:
            fresh.append({**record.first, **record.given, **record.key})
            continue
        differing = {name: value for name, value in record.given.items() if row[name] != value}
        (loaded.changed if differing else loaded.same)[kind] += 1
        if "currency" in differing:
            message = f"{row['name']} keeps its currency, {row['currency']}: its ledger is in it"
            raise Contradicted(message)
        if differing:
            found = and_(*(table.c[name] == value for name, value in record.key.items()))
            await connection.execute(update(table).where(found).values(differing))
    if fresh:
        await connection.execute(insert(table), fresh)
        loaded.new[kind] += len(fresh)


async def _assign(
    connection: AsyncConnection,
    who: tuple[str, str],
    assigned: frozenset[str],
    among: Sequence[str],
    loaded: Loaded,
) -> None:
    """Make these fleets, of those among, an operator's own."""
    named = and_(operator.c.issuer == who[0], operator.c.subject == who[1])
    operator_id = (await connection.execute(select(operator.c.id).where(named))).scalar_one()
    own = and_(assignment.c.operator_id == operator_id, assignment.c.subaccount_id.in_(among))
    found = await connection.execute(select(assignment.c.subaccount_id).where(own))
    known = {*found.scalars()}
    fresh, gone = assigned - known, known - assigned
    if fresh:
        rows = [{"operator_id": operator_id, "subaccount_id": id} for id in sorted(fresh)]
        await connection.execute(insert(assignment), rows)
    if gone:
        await connection.execute(
            delete(assignment).where(own, assignment.c.subaccount_id.in_(gone))
        )
    loaded.new[Kind.ASSIGNMENT] += len(fresh)
    loaded.gone[Kind.ASSIGNMENT] += len(gone)
    loaded.same[Kind.ASSIGNMENT] += len(known & assigned)


def _cause(error: IntegrityError) -> str:
    """Which rows are in each other's way. Under row security PostgreSQL tells only the rule."""
    cause = error.orig and error.orig.__cause__
    table, rule = getattr(cause, "table_name", None), getattr(cause, "constraint_name", None)
    return f"another {table} is in the way of the file's: {rule} holds" if rule else str(cause)
