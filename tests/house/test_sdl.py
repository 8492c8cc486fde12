"""The printed schema: kept, described in every part, priced, and paged in one way."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphql import (
    FieldDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    Visitor,
    build_schema,
    parse,
    visit,
)
from graphql.language import print_ast
from graphql.utilities import find_breaking_changes

from resolvers.scalars import SCALARS
from schema.build import core, schema, sdl

HOUSE = Path(__file__).parents[2]
KEPT = HOUSE / "schema.graphql"
SPECIFIED = {
    "Date": "https://scalars.graphql.org/andimarek/local-date",
    "DateTime": "https://scalars.graphql.org/andimarek/date-time",
    "Locale": "https://www.rfc-editor.org/rfc/bcp/bcp47.txt",
    "PhoneNumber": "https://www.itu.int/rec/T-REC-E.164",
    "BigInt": None,
    "CountryCode": None,
    "CurrencyCode": None,
    "Decimal": None,
}


class Silent(Visitor):
    """The parts of a document that say nothing of themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def enter(self, node: Node, _key: Any, _parent: Any, _path: Any, ancestors: Any) -> None:
        if getattr(node, "description", node) is None:
            parts = [part for part in (*ancestors, node) if hasattr(part, "description")]
            self.found.append(".".join(part.name.value for part in parts))


def undescribed(text: str) -> list[str]:
    silent = Silent()
    visit(parse(text), silent)
    return silent.found


def connections() -> Mapping[str, FieldDefinitionNode]:
    return {
        f"{kind.name.value}.{field.name.value}": field
        for kind in parse(sdl()).definitions
        if isinstance(kind, ObjectTypeDefinitionNode)
        for field in kind.fields or ()
        if print_ast(field.type).rstrip("!").endswith("Connection")
    }


def test_the_schema_that_is_kept_is_the_one_that_is_served() -> None:
    assert KEPT.read_text() == sdl()


def test_the_printed_schema_stands_on_its_own() -> None:
    built = build_schema(sdl())

    assert find_breaking_changes(built, build_schema(KEPT.read_text())) == []
    assert "Customer" in built.type_map


def test_every_part_of_the_schema_is_described() -> None:
    assert undescribed(sdl()) == []


def test_a_part_without_a_description_is_named() -> None:
    text = """
        directive @d(a: Int) on FIELD
        enum E { V }
        input I { f: Int }
        "An object." type T { "A field." f(a: Int): Int }
        union U = T
    """

    assert undescribed(text) == ["d", "d.a", "E", "E.V", "I", "I.f", "T.f.a", "U"]


def test_every_connection_is_paged_and_priced_in_one_way() -> None:
    found = connections()

    assert len(found) > 10
    for name, field in found.items():
        arguments = {argument.name.value for argument in field.arguments or ()}
        prices = [print_ast(each) for each in field.directives or () if each.name.value == "cost"]
        assert arguments >= {"first", "after", "last", "before"}, name
        assert prices == ['@cost(weight: 1, slicingArguments: ["first", "last"])'], name


def test_a_list_without_pages_and_a_mutation_cost_more_than_a_record() -> None:
    types: Mapping[str, Any] = build_schema(sdl()).type_map

    def price(name: str) -> str | None:
        kind, field = name.split(".")
        printed = types[kind].fields[field].ast_node.directives or ()
        return next((print_ast(each) for each in printed if each.name.value == "cost"), None)

    assert price("Customer.name") is None
    assert price("Customer.wallet") == "@cost(weight: 1)"
    assert price("Customer.paymentMethods") == "@cost(weight: 20)"
    assert price("Subaccount.zones") == "@cost(weight: 20)"
    assert price("Mutation.addWalletCredit") == "@cost(weight: 10)"


def test_every_scalar_says_where_it_is_specified() -> None:
    declared = {scalar.name: scalar.specified_by_url for scalar in SCALARS.values()}
    printed = {
        name: getattr(kind, "specified_by_url", None)
        for name, kind in core(schema).type_map.items()
        if name in SPECIFIED
    }

    assert declared == SPECIFIED
    assert printed.items() <= SPECIFIED.items()
