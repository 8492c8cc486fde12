"""What a look-up of a phone number told (PHN-1 to PHN-3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.customer import Customer
from domain.identity import IdentityStatus
from domain.ids import CustomerId
from domain.name import NameMatch, NameMatchLevel, name_match
from domain.subaccount import IdentityMode


class LineType(Choice):
    """What kind of line a number belongs to."""

    MOBILE = "MOBILE", "A mobile phone."
    LANDLINE = "LANDLINE", "A fixed line."
    VOIP = "VOIP", "A number on the internet, without a line of its own."
    UNKNOWN = "UNKNOWN", "The provider cannot tell."


class RiskLevel(Choice):
    """How likely fraud is, from the score (PHN-2)."""

    LOW = "LOW", "A score under 25."
    MEDIUM = "MEDIUM", "From 25, and under 50."
    HIGH = "HIGH", "From 50, and under 75."
    VERY_HIGH = "VERY_HIGH", "From 75 on."
    UNKNOWN = "UNKNOWN", "Nothing could be found out."


class PhoneRiskFlag(Choice):
    """What counted towards the score (PHN-2)."""

    VOIP_NUMBER = "VOIP_NUMBER", "A number on the internet."
    RECENTLY_PORTED = "RECENTLY_PORTED", "It changed its carrier lately."
    PREPAID_CARRIER = "PREPAID_CARRIER", "Prepaid, in a country that the fleet's policy names."
    NAME_MISMATCH = "NAME_MISMATCH", "Registered to a name that is far from the account's."
    COUNTRY_MISMATCH = "COUNTRY_MISMATCH", "Of another country than the signup."
    INVALID_NUMBER = "INVALID_NUMBER", "No number that exists."
    SHARED_NUMBER = "SHARED_NUMBER", "Another customer of the fleet has it too."


@dataclass(frozen=True, slots=True)
class PhoneFindings:
    """What a provider found out about a number; None where it cannot tell (PHN-1)."""

    provider: str
    valid: bool
    line_type: LineType
    carrier: str | None = None
    prepaid: bool | None = None
    country: str | None = None
    recently_ported: bool | None = None
    registered_name: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneHolder:
    """The customer whose number it is, as far as the score asks."""

    name: str
    signup_country: str | None
    shares_number: bool
    """Whether another customer of the fleet has it too."""


@dataclass(frozen=True, slots=True)
class PhoneRisk:
    """What findings mean for a fleet (PHN-2)."""

    score: int | None
    flags: tuple[PhoneRiskFlag, ...]
    name_match: NameMatch | None

    @property
    def level(self) -> RiskLevel:
        return level_of(self.score)


@dataclass(frozen=True, slots=True)
class PhoneLookup:
    """Carrier, kind of line and risk of a customer's number, as it was looked up."""

    customer_id: CustomerId
    carrier: str | None
    line_type: LineType
    prepaid: bool | None
    country: str | None
    risk_score: int | None
    risk_level: RiskLevel
    risk_flags: tuple[PhoneRiskFlag, ...]
    name_match_score: int | None
    name_match_level: NameMatchLevel | None
    provider: str
    checked_at: datetime


WEIGHTS: Mapping[PhoneRiskFlag, int] = {
    PhoneRiskFlag.INVALID_NUMBER: 100,
    PhoneRiskFlag.VOIP_NUMBER: 45,
    PhoneRiskFlag.COUNTRY_MISMATCH: 25,
    PhoneRiskFlag.RECENTLY_PORTED: 25,
    PhoneRiskFlag.PREPAID_CARRIER: 20,
    PhoneRiskFlag.SHARED_NUMBER: 20,
}
NAME_WEIGHTS = {NameMatchLevel.NONE: 30, NameMatchLevel.LOW: 20}
"""What NAME_MISMATCH weighs."""
LANDLINE_WEIGHT = 10
"""It has no flag of its own: the line type says it."""
SCORE_MAX = 100
LEVELS = (
    (75, RiskLevel.VERY_HIGH),
    (50, RiskLevel.HIGH),
    (25, RiskLevel.MEDIUM),
    (0, RiskLevel.LOW),
)
"""The least score of each."""


def assess(
    findings: PhoneFindings, holder: PhoneHolder, prepaid_countries: Collection[str]
) -> PhoneRisk:
    """What was found out about a number, as a score with its reasons (PHN-2).

    What is not known counts for nothing: no country mismatches one that nobody knows.
    """
    match = name_match(findings.registered_name, holder.name)
    holds = {
        PhoneRiskFlag.VOIP_NUMBER: findings.line_type is LineType.VOIP,
        PhoneRiskFlag.RECENTLY_PORTED: bool(findings.recently_ported),
        PhoneRiskFlag.PREPAID_CARRIER: bool(findings.prepaid)
        and findings.country in prepaid_countries,
        PhoneRiskFlag.NAME_MISMATCH: match is not None and match.level in NAME_WEIGHTS,
        PhoneRiskFlag.COUNTRY_MISMATCH: None not in {findings.country, holder.signup_country}
        and findings.country != holder.signup_country,
        PhoneRiskFlag.INVALID_NUMBER: not findings.valid,
        PhoneRiskFlag.SHARED_NUMBER: holder.shares_number,
    }
    flags = tuple(flag for flag in PhoneRiskFlag if holds[flag])
    return PhoneRisk(score_of(flags, findings.line_type, match), flags, match)


def score_of(
    flags: Collection[PhoneRiskFlag], line_type: LineType, match: NameMatch | None
) -> int | None:
    """0 (trusted) to 100 (fraud); None where neither line type nor any flag is known (PHN-2)."""
    if line_type is LineType.UNKNOWN and not flags:
        return None
    weights = [WEIGHTS.get(flag, 0) for flag in flags]
    weights += [LANDLINE_WEIGHT] if line_type is LineType.LANDLINE else []
    weights += [NAME_WEIGHTS.get(match.level, 0)] if match else []
    return min(SCORE_MAX, sum(weights))


def level_of(score: int | None) -> RiskLevel:
    """The score in five steps (PHN-2)."""
    if score is None:
        return RiskLevel.UNKNOWN
    return next(level for least, level in LEVELS if score >= least)


def looked_up(
    customer_id: CustomerId, findings: PhoneFindings, risk: PhoneRisk, at: datetime
) -> PhoneLookup:
    """What is kept of a look-up: the registered name is not, only how near it is."""
    match = risk.name_match
    return PhoneLookup(
        customer_id,
        carrier=findings.carrier,
        line_type=findings.line_type,
        prepaid=findings.prepaid,
        country=findings.country,
        risk_score=risk.score,
        risk_level=risk.level,
        risk_flags=risk.flags,
        name_match_score=match.score if match else None,
        name_match_level=match.level if match else None,
        provider=findings.provider,
        checked_at=at,
    )


def demands_identity(
    mode: IdentityMode, customer: Customer, before: RiskLevel | None, found: RiskLevel
) -> bool:
    """Whether the risk of a number makes a customer prove who they are (IDV-1).

    Only in RISK_BASED, and only where it has become VERY_HIGH: a number that was so before is no
    new trigger, since an operator may have cleared the requirement meanwhile (IDV-3). Who is
    VERIFIED has shown a document, which tells more than a number.
    """
    asked = customer.identity_required or customer.identity_status is IdentityStatus.VERIFIED
    risen = found is RiskLevel.VERY_HIGH and before is not RiskLevel.VERY_HIGH
    return mode is IdentityMode.RISK_BASED and risen and not asked
