"""Ids that follow from what they name, so that naming it again finds it."""

from uuid import UUID, uuid5

from domain import ids
from domain.ids import Prefix

NAMESPACE = UUID("6b1c3f2e-5d0a-4f77-9c8e-2f4d7a90b615")


def fixed_id(prefix: Prefix, *keys: str) -> str:
    """The id of what these keys name: the same for ever."""
    return ids.encode(prefix, uuid5(NAMESPACE, "\0".join((prefix, *keys))))
