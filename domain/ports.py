"""What we need of the outside world, in our words; `integrations` talks to the services."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from domain.location import Coordinates, IpLocation
from domain.phone import PhoneFindings

PublicKey: TypeAlias = Mapping[str, str | list[str]]
"""A public signing key by its JWK members (RFC 7517)."""


class SigningKeys(Protocol):
    """The public keys with which an issuer of tokens signs."""

    async def key_for(self, kid: str) -> PublicKey | None:
        """The key of this id; None when the issuer has none, Overloaded when nobody can say."""


class PhoneDirectory(Protocol):
    """What can be found out about phone numbers (PHN-1)."""

    async def look_up(self, number: str) -> PhoneFindings:
        """What is known of a number in E.164; that it is none is an answer too."""


class AddressAtlas(Protocol):
    """Where internet addresses are (LOC-1)."""

    async def locate(self, address: str) -> IpLocation:
        """The place of an address, as far as it is known; of a private or reserved one nothing."""


class Borders(Protocol):
    """Which country a point is in (LOC-1)."""

    def country_of(self, point: Coordinates) -> str | None:
        """The ISO 3166-1 code; None at sea, and where no country is agreed on."""
