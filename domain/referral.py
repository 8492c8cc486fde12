"""Who brought whom, and what it pays (LOY-9)."""

from dataclasses import dataclass
from secrets import choice

from domain.ids import CustomerId, SubaccountId
from domain.money import Money

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without letters and digits that are taken for each other."""
CODE_LETTERS = 8


@dataclass(frozen=True, slots=True)
class ReferralTier:
    """What a referral pays, by how many the referrer already brought (LOY-9)."""

    id: str
    subaccount_id: SubaccountId
    name: str
    min_referrals: int
    referrer_reward: Money
    referee_reward: Money


@dataclass(frozen=True, slots=True)
class Referral:
    """A customer's own code, who brought them, and whom they brought."""

    customer_id: CustomerId
    code: str
    share_url: str
    referred_by_id: CustomerId | None
    referred_by_name: str | None
    pending: int
    rewarded: int
    total_earned: Money


def first_name(name: str) -> str:
    """All that a referred customer sees of who referred them (ROL-10)."""
    return name.split(maxsplit=1)[0] if name.split() else ""


def new_code() -> str:
    """A code to be read out and typed in; of 850 thousand million, so hardly ever taken."""
    return "".join(choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))
