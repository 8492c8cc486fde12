"""What we need of the outside world, in our words; `integrations` talks to the services."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol, TypeAlias

from domain.location import Coordinates, IpLocation
from domain.phone import PhoneFindings
from domain.push import Accepted, Push, Rejected

PublicKey: TypeAlias = Mapping[str, str | list[str]]
"""A public signing key by its JWK members (RFC 7517)."""


class SigningKeys(Protocol):
    """The public keys with which an issuer of tokens signs."""

    async def key_for(self, kid: str) -> PublicKey | None:
        """The key of this id; None when the issuer has none, Overloaded when nobody can say."""


class Unavailable(Exception):
    """A service did not do what it was asked, and may do it later.

    `reason` is for logs and dead letters, and holds no personal data. Whether the service did it
    and could not say so is unknown.
    """

    def __init__(self, reason: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        """How long the service wants to be left alone."""


class PushService(Protocol):
    """Whoever brings messages to phones (NOT-2)."""

    async def send(self, push: Push) -> Accepted | Rejected:
        """Hand over one message; `Unavailable` where it is not known to be accepted."""

    async def receipts(self, tickets: Sequence[str]) -> Mapping[str, Rejected | None]:
        """What became of accepted messages: None of one that the phone's platform took.

        A ticket that is missing has no receipt yet, or no longer.
        """

    async def close(self) -> None:
        """Let go of what it holds."""


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
