from collections.abc import Sequence
from typing import Any

from strawberry import Parent
from strawberry.utils.str_converters import to_camel_case

from actions.action import Outcome
from domain.refusal import Refusal
from resolvers import locale
from resolvers.context import Info


def field(refusal: Parent[Refusal]) -> list[str] | None:
    """Path of the offending input field, for example ["input", "amount"]."""
    return None if refusal.field is None else ["input", to_camel_case(refusal.field)]


async def message(refusal: Parent[Refusal], info: Info) -> str:
    """In the caller's language (en, de, fr, es). For people, never for parsing."""
    tag = await locale.of_caller(info.context)
    return refusal.message(tag.partition("-")[0])


def user_errors(outcome: Parent[Outcome[Any]]) -> Sequence[Refusal]:
    """Why nothing was changed; empty where it was."""
    return outcome.refusals
