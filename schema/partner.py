from datetime import datetime

from domain import partner
from domain.access import Permission, Scope
from resolvers import partner as resolve
from schema.field import AS_PARENT, plain, resolved, shows
from schema.node import Node

OWN = Permission.VIEW_PARTNER_KEYS


@shows(partner.PartnerKey)
class PartnerKey(Node):
    name: str = plain("All that riders and other partners see of a key (ROL-10).", AS_PARENT)
    prefix: str | None = resolved(resolve.prefix, OWN)
    scopes: list[Scope] | None = resolved(resolve.scopes, OWN)
    rate_limit_per_minute: int | None = resolved(resolve.rate_limit_per_minute, OWN)
    expires_at: datetime | None = resolved(resolve.expires_at, OWN)
    last_used_at: datetime | None = resolved(resolve.last_used_at, OWN)
    revoked_at: datetime | None = resolved(resolve.revoked_at, OWN)
    created_at: datetime = plain("When the key was made.", AS_PARENT)
