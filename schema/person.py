"""Who a customer is, as far as documents, numbers and places tell."""

from datetime import date, datetime

from domain import identity, location, phone
from domain.access import Permission
from domain.identity import IdentityDocumentType, IdentityMethod, IdentityStatus
from domain.name import NameMatchLevel
from domain.phone import LineType, PhoneRiskFlag, RiskLevel
from resolvers.scalars import CountryCode
from schema.field import plain, shows

DETAIL = Permission.VIEW_SENSITIVE


@shows(identity.IdentityVerification)
class IdentityVerification:
    status: IdentityStatus = plain("How far it has come.")
    required: bool = plain("Whether rides wait for it.")
    required_reason: str | None = plain("Why it is asked for.", DETAIL)
    failure_reason: str | None = plain("Why it failed.", DETAIL)
    verified_at: datetime | None = plain("When it succeeded.", DETAIL)
    name_mismatch: bool | None = plain(
        "The name on the document is far from the account's.", DETAIL
    )
    verified_name: str | None = plain("The name on the document.", DETAIL)
    date_of_birth: date | None = plain("From the document.", DETAIL)
    address: str | None = plain("From the document.", DETAIL)
    id_type: IdentityDocumentType | None = plain("What was shown.", DETAIL)
    method: IdentityMethod | None = plain("Who looked at it.", DETAIL)
    notes: str | None = plain("How an operator made sure, with MANUAL.", DETAIL)
    risk_score: int | None = plain("Stripe Radar fraud risk score, 0-100.", DETAIL)


@shows(phone.PhoneLookup)
class PhoneLookup:
    carrier: str | None = plain("The company whose number it is.")
    line_type: LineType = plain("What kind of line it is.")
    prepaid: bool | None = plain("Null where the provider cannot tell.")
    country: CountryCode | None = plain("Where the number belongs.")
    risk_score: int | None = plain("0 (trusted) to 100 (fraud); null where nothing is known.")
    risk_level: RiskLevel = plain("The score in five steps (PHN-2).")
    risk_flags: list[PhoneRiskFlag] = plain("What counted towards the score.")
    name_match_score: int | None = plain(
        "0-100: the number's registered name against the account's."
    )
    name_match_level: NameMatchLevel | None = plain("Null where no registered name is known.")
    provider: str = plain("Who was asked.")
    checked_at: datetime = plain("When.")


@shows(location.IpLocation)
class IpLocation:
    address: str = plain("IPv4 or IPv6.")
    city: str | None = plain("From a local database.")
    region: str | None = plain("State or province, from a local database.")
    country: CountryCode | None = plain("From a local database.")


@shows(location.GpsLocation)
class GpsLocation:
    latitude: float = plain("Degrees, north positive.")
    longitude: float = plain("Degrees, east positive.")
    accuracy_meters: float | None = plain("As the phone told it.")
    country: CountryCode | None = plain("By the borders.")


@shows(location.SignupLocation)
class SignupLocation:
    ip: IpLocation | None = plain("By the address; null where none was known.")
    gps: GpsLocation | None = plain("By the phone's fix; null where it gave none.")
    mismatch: bool | None = plain(
        "The IP's country differs from the GPS fix's: a VPN, a traveller or fraud. Null while"
        " either is unknown."
    )
    recorded_at: datetime = plain("When they signed up.")
