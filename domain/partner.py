"""A partner's key: what a company's system signs in with."""

from dataclasses import dataclass
from datetime import datetime

from domain.access import Scope
from domain.ids import SubaccountId

KEY_PREFIX = "kst"


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """A partner's API key; of the key itself only a hash is kept."""

    id: str
    subaccount_id: SubaccountId
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    rate_limit_per_minute: int
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
