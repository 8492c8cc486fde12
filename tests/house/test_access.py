"""Who may do what: the transcript of ROL-2 = the printed SDL = the running server."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    FieldDefinitionNode,
    GraphQLObjectType,
    GraphQLUnionType,
    ObjectTypeDefinitionNode,
    get_named_type,
    parse,
)
from graphql.utilities import value_from_ast_untyped

from domain.access import Role, Scope
from resolvers.performs import MUTATIONS
from schema.build import core, schema, sdl
from schema.field import AS_PARENT, Guard
from tests.api import Api
from tests.demo import DemoFleet
from tests.house import transcript
from tests.make import Who

RECORDS = ("Query", "Mutation", "Customer", "Subaccount", "Operator", "PartnerKey")


def printed() -> dict[str, dict[str, Any]]:
    """The @access of each field that prints one."""
    found = {}
    for kind in parse(sdl()).definitions:
        if isinstance(kind, ObjectTypeDefinitionNode):
            for field in kind.fields or ():
                if (access := directive(field, "access")) is not None:
                    found[f"{kind.name.value}.{field.name.value}"] = access
    return found


def directive(field: FieldDefinitionNode, name: str) -> dict[str, Any] | None:
    for node in field.directives or ():
        if node.name.value == name:
            return {a.name.value: value_from_ast_untyped(a.value) for a in node.arguments or ()}
    return None


@pytest.mark.rule("ROL-2", "ROL-3")
def test_the_printed_rights_are_those_of_the_transcript() -> None:
    assert printed() == {name: row.access for name, row in transcript.FIELDS.items()}


@pytest.mark.rule("ROL-3")
def test_every_field_of_the_roots_and_records_says_who_may() -> None:
    guarded, inherited, silent = set(), set(), set()
    for record in RECORDS:
        definition = schema.get_type_by_name(record)
        for field in definition.fields:  # type: ignore[union-attr]
            name = f"{record}.{schema.config.name_converter.get_graphql_name(field)}"
            if any(isinstance(extension, Guard) for extension in field.extensions):
                guarded.add(name)
            elif field.metadata.get("right") is AS_PARENT:
                inherited.add(name)
            else:
                silent.add(name)

    assert silent == set()
    assert inherited == transcript.AS_PARENT
    assert guarded == {name for name in transcript.FIELDS if name.split(".")[0] in RECORDS}


@pytest.mark.rule("ROL-5")
def test_a_guarded_field_can_be_null_or_empty() -> None:
    for name in transcript.FIELDS:
        kind, field = name.split(".")
        shown = core(schema).type_map[kind].fields[field].type  # type: ignore[attr-defined]
        assert str(shown).endswith("!") is (name in transcript.EMPTY), name


@pytest.mark.rule("ROL-3")
def test_every_mutation_is_tied_to_the_action_that_it_performs() -> None:
    assert set(MUTATIONS) == set(core(schema).mutation_type.fields)  # type: ignore[union-attr]


ROOTS: Mapping[str, str] = {
    "customer": "customer(id: $customer)",
    "subaccount": "subaccount(id: $fleet)",
    "ride": "ride(id: $ride)",
    "vehicle": "vehicle(id: $vehicle)",
    "customerBy": 'customerBy(subaccountId: $fleet, key: {customerNumber: "1"})',
    "subaccounts": "subaccounts",
    "me": "me",
}
ALIASES_MAX = 20


@dataclass(frozen=True)
class Step:
    """A field on the way to a record: what it is asked by, and the type that it leads to."""

    field: str
    kind: str
    fragment: str = ""


EVERY_ACTOR = "WalletTransaction.actor"
"""The demo's newest ledger lines have actors of every kind; other lists may not."""


def steps(kind: GraphQLObjectType, avoided: Container[str]) -> Iterator[Step]:
    names = ROOTS if kind.name == "Query" else kind.fields
    for name in names:
        found = get_named_type(kind.fields[name].type)
        full = f"{kind.name}.{name}"
        if full in avoided or (found.name == "Actor" and full != EVERY_ACTOR):
            continue
        for member in found.types if isinstance(found, GraphQLUnionType) else (found,):
            if isinstance(member, GraphQLObjectType):
                yield Step(name, member.name, "" if found is member else f"... on {member.name}")


def ways() -> dict[str, tuple[Step, ...]]:
    """The shortest way from a root to each object type.

    One through a list that is empty where it bars tells less, so it is taken where there is none
    but that.
    """
    known: dict[str, tuple[Step, ...]] = {"Query": ()}
    for avoided in (transcript.EMPTY, ()):
        waiting = [*known]
        while waiting:
            kind = waiting.pop(0)
            for step in steps(TYPES[kind], avoided):
                if step.kind not in known:
                    known[step.kind] = (*known[kind], step)
                    waiting.append(step.kind)
    return known


def document(fields: list[str]) -> str:
    """One query that asks for each field, under an alias that is its place in the list."""
    asked = [
        f"f{place}: {along(WAYS[kind], field, kind)}"
        for place, (kind, field) in enumerate(name.split(".") for name in fields)
    ]
    head = "query ($customer: ID!, $ride: ID!, $vehicle: ID!, $fleet: ID!) {"
    used = "u: customer(id: $customer) { id } v: ride(id: $ride) { id }"
    used += " w: vehicle(id: $vehicle) { id } x: subaccount(id: $fleet) { id }"
    return "\n".join([head, *asked, used, "}"])


def along(way: Sequence[Step], field: str, kind: str, *, root: bool = True) -> str:
    """The selection that leads along a way to a field."""
    if not way:
        text = ROOTS[field] if root else field
        return f"{text} {{ __typename }}" if is_object(kind, field) else text
    step, *rest = way
    inner = along(rest, field, kind, root=False)
    if step.fragment:
        inner = f"{step.fragment} {{ {inner} }}"
    return f"{ROOTS[step.field] if root else step.field} {{ {inner} }}"


def is_object(kind: str, field: str) -> bool:
    return isinstance(get_named_type(TYPES[kind].fields[field].type), GraphQLObjectType)


TYPES: Any = core(schema).type_map
WAYS = ways()
READ = [name for name in transcript.FIELDS if not re.match(r"Mutation\.|\w+Payload\.", name)]
CALLERS = [*Role, *Scope, "rider", "unbound rider"]


def admits(access: Mapping[str, Any], caller: str) -> bool:
    if caller == "rider":
        return bool(access["rider"])
    return caller in access["roles"] or caller in access["scopes"]


def expected(name: str, caller: str) -> list[str] | None:
    """Where a caller is told FORBIDDEN on the way to a field: the first step that bars it."""
    kind, field = name.split(".")
    way = WAYS[kind]
    if caller == "unbound rider" and way and way[0].field == "subaccount":
        return None  # the fleet does not exist for it
    owners = ["Query", *(step.kind for step in way)]
    walked = [*(step.field for step in way), field]
    for place, (owner, step) in enumerate(zip(owners, walked, strict=True)):
        row = transcript.FIELDS.get(f"{owner}.{step}")
        if row is not None and not admits(row.access, caller):
            return None if f"{owner}.{step}" in transcript.EMPTY else walked[1 : place + 1]
    return None


async def credential(demo: DemoFleet, caller: str) -> Who:
    if caller in list(Role):
        return demo.operator(Role(caller))
    if caller in list(Scope):
        return await demo.fleet.partner(Scope(caller))
    return demo.rider(demo.told.rider_subject if caller == "rider" else "nobody yet")


@pytest.mark.rule("ROL-2", "ROL-5")
@pytest.mark.parametrize("caller", CALLERS)
async def test_the_running_server_admits_whom_the_transcript_admits(
    demo_api: Api, demo: DemoFleet, caller: str
) -> None:
    who = await credential(demo, caller)

    for start in range(0, len(READ), ALIASES_MAX - 4):
        fields = READ[start : start + ALIASES_MAX - 4]
        answer = await demo_api.ask(who, document(fields), **demo.variables)
        barred: dict[str, list[str] | None] = dict.fromkeys(fields)
        for error in answer.get("errors", ()):
            alias, *way = [step for step in error["path"] if isinstance(step, str)]
            assert error["extensions"]["code"] == "FORBIDDEN", error
            if alias.startswith("f"):
                barred[fields[int(alias[1:])]] = way

        assert barred == {name: expected(name, caller) for name in fields}


@pytest.mark.rule("ROL-2")
async def test_every_guarded_field_is_really_reached(demo_api: Api, demo: DemoFleet) -> None:
    who = demo.operator(Role.SUPER_ADMIN)
    unreached = []

    for start in range(0, len(READ), ALIASES_MAX - 4):
        fields = READ[start : start + ALIASES_MAX - 4]
        data = (await demo_api.ask(who, document(fields), **demo.variables))["data"]
        for place, name in enumerate(fields):
            if name != "Query.me" and not holds(data[f"f{place}"], name.split(".")[1], name):
                unreached.append(name)

    assert unreached == []


def holds(value: Any, field: str, name: str) -> bool:
    """Whether the field was asked of some record, in the part of the answer below its alias."""
    if name.startswith("Query."):
        return True
    if isinstance(value, list):
        return any(holds(item, field, name) for item in value)
    if isinstance(value, dict):
        return field in value or any(holds(item, field, name) for item in value.values())
    return False


@pytest.mark.rule("ROL-6")
async def test_nobody_is_told_anything(demo_api: Api, demo: DemoFleet) -> None:
    answer = await demo_api.answer(None, document(READ[:16]), **demo.variables)

    assert answer.status_code == 401
    assert "data" not in answer.json()
    assert [e["extensions"]["code"] for e in answer.json()["errors"]] == ["UNAUTHENTICATED"]
