"""What we need of the outside world, in our words; `integrations` talks to the services."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

PublicKey: TypeAlias = Mapping[str, str | list[str]]
"""A public signing key by its JWK members (RFC 7517)."""


class SigningKeys(Protocol):
    """The public keys with which an issuer of tokens signs."""

    async def key_for(self, kid: str) -> PublicKey | None:
        """The key of this id; None when the issuer has none, Overloaded when nobody can say."""
