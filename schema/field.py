"""How the schema is declared: the shape from annotations, the behaviour from resolvers.

A field carries a permission, or says that it is as open as its parent. What is printed as
@access is what `Guard` enforces: one object, so that the two cannot differ (ROL-3). What is
printed as @cost is read off the resolver.
"""

from collections.abc import Callable, Sequence
from inspect import iscoroutinefunction, signature
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver, SyncExtensionResolver
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from domain.access import GRANTS, Permission, Role, Scope
from domain.fault import Forbidden
from domain.refusal import Code
from resolvers.context import Info

Shape = TypeVar("Shape", bound=type)


class AsParent:
    """The right to a field is the right to what it is a field of."""


AS_PARENT: Final = AsParent()
LOOK_UP, WHOLE_LIST, ACT = 1, 20, 10
"""Weights: of a record, for each row of a page; of a list without pages; of a mutation."""
Right: TypeAlias = Permission | AsParent


@strawberry.schema_directive(
    name="access",
    locations=[Location.FIELD_DEFINITION],
    description="Who may use a field. A caller passes when its own kind's list admits it: an"
    " operator whose role is one of `roles` (in its own subaccounts), a rider on records of their"
    " own (`rider: true`), or a partner key holding one of `scopes`. A field without the directive"
    " is as open as its parent.",
)
class AccessDirective:
    roles: list[Role]
    rider: bool
    scopes: list[Scope]


@strawberry.schema_directive(
    name="refuses",
    locations=[Location.FIELD_DEFINITION],
    description="The userErrors that a mutation can answer with.",
)
class RefusesDirective:
    codes: list[Code]


@strawberry.schema_directive(
    name="cost",
    locations=[Location.FIELD_DEFINITION],
    description="Relative price of a field in the query-cost budget; lists multiply by their page"
    " size. A field without the directive costs nothing.",
)
class CostDirective:
    weight: int
    slicing_arguments: list[str] | None = strawberry.UNSET


def access(permission: Permission) -> AccessDirective:
    """What is printed of a permission, in the order of the enums."""
    grant = GRANTS[permission]
    return AccessDirective(
        roles=[role for role in Role if role in grant.roles],
        rider=grant.rider,
        scopes=[scope for scope in Scope if scope in grant.scopes],
    )


def cost(resolver: Callable[..., Any]) -> list[CostDirective]:
    """What is printed of a resolver that asks the database: the others cost no more than a leaf."""
    if not iscoroutinefunction(resolver):
        return []
    asked = signature(resolver)
    if paging := [name for name in ("first", "last") if name in asked.parameters]:
        return [CostDirective(weight=LOOK_UP, slicing_arguments=paging)]
    answers = (asked.return_annotation, *get_args(asked.return_annotation))
    is_list = any(get_origin(answer) is Sequence for answer in answers)
    return [CostDirective(weight=WHOLE_LIST if is_list else LOOK_UP)]


class Guard(FieldExtension):
    """Prints @access on a field and enforces it.

    Records that a caller has no right to do not exist for it: where the contract has a list that
    is never null, `EmptyGuard` leaves them out.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def apply(self, field: StrawberryField) -> None:
        if not any(isinstance(said, AccessDirective) for said in field.directives):
            # Types that inherit a field share it, and each applies its extensions.
            field.directives = [access(self.permission), *field.directives]

    def _admits(self, info: Info) -> bool:
        return info.context.caller.may(self.permission)

    def _check(self, info: Info) -> None:
        if not self._admits(info):
            raise Forbidden

    def resolve(
        self, next_: SyncExtensionResolver, source: object, info: Info, **arguments: object
    ) -> object:
        self._check(info)
        return next_(source, info, **arguments)

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: object, info: Info, **arguments: object
    ) -> object:
        self._check(info)
        return await next_(source, info, **arguments)


class EmptyGuard(Guard):
    """A guard of a list that is never null: empty for those whom it does not admit (ROL-4)."""

    def resolve(
        self, next_: SyncExtensionResolver, source: object, info: Info, **arguments: object
    ) -> object:
        return next_(source, info, **arguments) if self._admits(info) else []

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: object, info: Info, **arguments: object
    ) -> object:
        return await next_(source, info, **arguments) if self._admits(info) else []


def plain(description: str, right: Right | None = None, name: str | None = None) -> Any:
    """A field whose value is an attribute of the same name."""
    return strawberry.field(description=description, name=name, **_extensions(right))


def resolved(
    resolver: Callable[..., Any], right: Right | None = None, name: str | None = None
) -> Any:
    """A field whose value comes from a resolver, described by the resolver's docstring."""
    return strawberry.field(
        resolver=resolver,
        description=resolver.__doc__,
        name=name,
        directives=cost(resolver),
        **_extensions(right),
    )


def listed(resolver: Callable[..., Any], permission: Permission) -> Any:
    """A list that is never null: empty for those who have no right to what is on it."""
    return strawberry.field(
        resolver=resolver,
        description=resolver.__doc__,
        directives=cost(resolver),
        extensions=[EmptyGuard(permission)],
    )


def mutation(resolver: Callable[..., Any]) -> Any:
    """A mutation that prints what the action of its resolver declares."""
    action = resolver.action  # type: ignore[attr-defined]
    return strawberry.mutation(
        resolver=resolver,
        description=action.summary,
        directives=[RefusesDirective(codes=list(action.codes)), CostDirective(weight=ACT)],
        extensions=[Guard(action.permission)],
    )


def shows(source: type, name: str | None = None) -> Callable[[Shape], Shape]:
    """A GraphQL type that shows values of a domain class, under that class's docstring."""

    def declare(shape: Shape) -> Shape:
        shape.is_type_of = classmethod(  # type: ignore[attr-defined]
            lambda *given: type(given[1]) is source
        )
        return strawberry.type(shape, name=name, description=source.__doc__)

    return declare


def _extensions(right: Right | None) -> dict[str, Any]:
    if isinstance(right, Permission):
        return {"extensions": [Guard(right)]}
    if isinstance(right, AsParent):
        return {"metadata": {"right": right}}
    return {}
