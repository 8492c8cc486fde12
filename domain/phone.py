"""What a look-up of a phone number told (PHN-1 to PHN-3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import CustomerId


class LineType(StrEnum):
    """What kind of line a number belongs to."""

    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    VOIP = "VOIP"
    UNKNOWN = "UNKNOWN"


class RiskLevel(StrEnum):
    """How likely fraud is, from the score (PHN-2)."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    VERY_HIGH = "VERY_HIGH"
    UNKNOWN = "UNKNOWN"


class PhoneRiskFlag(StrEnum):
    """What counted towards the score (PHN-2)."""

    VOIP_NUMBER = "VOIP_NUMBER"
    RECENTLY_PORTED = "RECENTLY_PORTED"
    PREPAID_CARRIER = "PREPAID_CARRIER"
    NAME_MISMATCH = "NAME_MISMATCH"
    COUNTRY_MISMATCH = "COUNTRY_MISMATCH"
    INVALID_NUMBER = "INVALID_NUMBER"
    SHARED_NUMBER = "SHARED_NUMBER"


class NameMatchLevel(StrEnum):
    """How near the number's registered name is to the account's (PHN-3)."""

    EXACT = "EXACT"
    HIGH = "HIGH"
    PARTIAL = "PARTIAL"
    LOW = "LOW"
    NONE = "NONE"


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
