"""A partner's key: whole to those who manage keys and to itself, to others its name (ROL-10)."""

from collections.abc import Sequence
from datetime import datetime

from strawberry import Parent

from domain.access import Partner, Scope
from domain.fault import Forbidden
from domain.partner import PartnerKey
from resolvers.context import Info


def prefix(key: Parent[PartnerKey], info: Info) -> str:
    """First characters of the key, for recognition; the key itself is shown once, when made."""
    return _own(key, info).prefix


def scopes(key: Parent[PartnerKey], info: Info) -> Sequence[Scope]:
    """What the key may be used for."""
    return _own(key, info).scopes


def rate_limit_per_minute(key: Parent[PartnerKey], info: Info) -> int:
    """Requests that it may make in a minute."""
    return _own(key, info).rate_limit_per_minute


def expires_at(key: Parent[PartnerKey], info: Info) -> datetime | None:
    """When it stops working by itself; null for never."""
    return _own(key, info).expires_at


def last_used_at(key: Parent[PartnerKey], info: Info) -> datetime | None:
    """When it was last seen."""
    return _own(key, info).last_used_at


def revoked_at(key: Parent[PartnerKey], info: Info) -> datetime | None:
    """When it was taken back; null while it works."""
    return _own(key, info).revoked_at


def _own(key: PartnerKey, info: Info) -> PartnerKey:
    caller = info.context.caller
    if isinstance(caller, Partner) and caller.id != key.id:
        raise Forbidden
    return key
