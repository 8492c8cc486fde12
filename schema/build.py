"""The schema as it is served, and as it is printed."""

import re
from collections.abc import Mapping

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOneOfDirective,
    GraphQLSchema,
    Undefined,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema_directives import OneOf

from resolvers.scalars import SCALARS
from schema import purchase, trail
from schema.refusal import InsufficientBalance, Refusal
from schema.root import Mutation, Query

NODES = (purchase.PromoCode, trail.AuditEntry)
ARGUMENTS = {
    "first": "How many rows to page forward by: 1 to 100, 20 unless given.",
    "after": "The cursor to page forward from.",
    "last": "How many rows to page back by: 1 to 100, 20 unless given.",
    "before": "The cursor to page back from.",
    "id": "A TypeID, such as cust_01jd8z…",
    "ids": "Up to 100 TypeIDs; the answer has their order.",
    "input": "All that the mutation takes.",
    "locale": "A BCP 47 tag; the caller's own unless given.",
    "filter": "What the list leaves out.",
    "status": "Rides of these statuses only; all unless given.",
    "subaccountId": "The fleet to look in.",
    "key": "The identifier.",
    "roles": "Operators of these roles.",
    "rider": "Riders, on records of their own.",
    "scopes": "Partner keys that hold one of these.",
    "codes": "In the order in which they are looked for.",
    "weight": "Of one record, in records.",
    "slicingArguments": "The arguments that say how many rows there are; 20 when none is given.",
}
"""What an argument means, wherever it has this name."""

# Strawberry prints the directive without a word; another text than graphql-core's it refuses.
OneOf.__strawberry_directive__.description = GraphQLOneOfDirective.description  # type: ignore[attr-defined]


def build() -> strawberry.Schema:
    """The schema; built once in a process."""
    made = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[Refusal, InsufficientBalance, *NODES],
        config=StrawberryConfig(scalar_map=dict(SCALARS)),
    )
    for directive in core(made).directives:
        _described(directive.args)
    for kind in core(made).type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                _described(field.args)
        elif isinstance(kind, GraphQLInputObjectType):
            for member in kind.fields.values():
                _without_null(member)
    return made


def core(made: strawberry.Schema) -> GraphQLSchema:
    """The schema as graphql-core knows it."""
    return made._schema  # noqa: SLF001  (Strawberry has no public name for it)


def sdl() -> str:
    """The schema as clients read it, and as `schema.graphql` keeps it."""
    return re.sub(r"\[\n([^]]*)\n\]", _on_one_line, schema.as_str()) + "\n"


def _described(arguments: Mapping[str, GraphQLArgument]) -> None:
    for name, argument in arguments.items():
        argument.description = argument.description or ARGUMENTS[name]
        _without_null(argument)


def _without_null(given: GraphQLArgument | GraphQLInputField) -> None:
    """A default of null says no more than none."""
    if given.default_value is None:
        given.default_value = Undefined


def _on_one_line(listed: re.Match[str]) -> str:
    return f"[{', '.join(listed[1].split())}]"


schema = build()
