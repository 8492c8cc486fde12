"""What a look-up of a phone number told (PHN-1 to PHN-3)."""

from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.ids import CustomerId


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


class NameMatchLevel(Choice):
    """How near the number's registered name is to the account's (PHN-3)."""

    EXACT = "EXACT", "100: the same name."
    HIGH = "HIGH", "85 and more."
    PARTIAL = "PARTIAL", "60 and more."
    LOW = "LOW", "30 and more."
    NONE = "NONE", "Under 30."


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
