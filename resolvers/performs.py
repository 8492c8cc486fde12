"""Which action each mutation performs: said once, printed and enforced from there."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from strawberry.utils.str_converters import to_camel_case

from actions.action import Action
from domain.access import Caller

Resolver = TypeVar("Resolver", bound=Callable[..., Any])
_MUTATIONS: dict[str, Action[..., Any]] = {}
MUTATIONS: Mapping[str, Action[..., Any]] = _MUTATIONS
"""The action of each mutation, by the name that clients know."""


def performs(action: Action[..., Any]) -> Callable[[Resolver], Resolver]:
    """Name the action that a mutation's resolver performs; the schema prints its directives."""

    def tie(resolver: Resolver) -> Resolver:
        _MUTATIONS[to_camel_case(resolver.__name__)] = action
        resolver.action = action  # type: ignore[attr-defined]
        return resolver

    return tie


def allowed(caller: Caller) -> list[str]:
    """Every mutation name that a caller may run, in alphabetical order."""
    return sorted(name for name, action in MUTATIONS.items() if caller.may(action.permission))
