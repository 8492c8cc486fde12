"""Signing up: what a person says of themselves, and what of it can be kept (CUS-1, LOC-1)."""

from dataclasses import dataclass, replace

from domain.contact import email_problem, name_problem, tidied
from domain.customer import DeviceOs
from domain.identity import IdentityVerification, nothing_known, required
from domain.ids import CustomerId
from domain.location import Fix, fix_problem
from domain.refusal import Refusal
from domain.subaccount import IdentityMode, RidePolicy
from domain.text import unreadable

DEVICE_CHARACTERS_MAX = 255
DEMAND = "Required of every customer"
"""Why a fleet that asks everybody asks for a document (IDV-1)."""


@dataclass(frozen=True, slots=True)
class Signup:
    """What somebody signs up with, as it was asked for."""

    name: str
    email: str
    phone: str | None
    device_os: DeviceOs
    locale: str | None
    region_id: str | None
    ip_address: str | None
    fix: Fix | None
    device_id: str | None
    referral_code: str | None

    def tidied(self) -> "Signup":
        """The same, with its texts as they are kept."""
        code = self.referral_code
        return replace(
            self,
            name=tidied(self.name),
            email=tidied(self.email),
            referral_code=None if code is None else code.strip().upper(),
        )

    def problems(self) -> tuple[Refusal | None, ...]:
        """Why a tidied signup cannot be kept, as far as it tells by itself."""
        return (
            name_problem(self.name),
            email_problem(self.email),
            None if self.fix is None else fix_problem(self.fix),
            unreadable(self.device_id or "", "device_id", DEVICE_CHARACTERS_MAX),
        )


def identity_at_signup(policy: RidePolicy, customer_id: CustomerId) -> IdentityVerification:
    """What a new customer has to prove: who they are, where a fleet asks everybody (IDV-1)."""
    known = nothing_known(customer_id)
    asks_all = policy.identity_mode is IdentityMode.ALL_USERS
    return required(known, DEMAND) if asks_all else known
