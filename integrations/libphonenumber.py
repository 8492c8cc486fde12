"""What libphonenumber's tables say of phone numbers: built in, and asked of nobody (PHN-1)."""

from domain.phone import LineType, PhoneFindings

PROVIDER = "libphonenumber"
ABROAD = "001"
"""What it calls the region of numbers that belong to no country."""


class OfflineDirectory:
    """Line type, country and carrier from the plans by which numbers are given out.

    The carrier is the one that a number was first given to. In some countries, such as the
    United States, the plans tell neither the carrier nor mobile from fixed. Prepaid, ported and
    the registered name are in no plan.
    """

    def __init__(self) -> None:
        # Its tables take tens of megabytes: only the process that looks up loads them.
        import phonenumbers  # noqa: PLC0415
        from phonenumbers import carrier  # noqa: PLC0415

        self._plans = phonenumbers
        self._carriers = carrier
        kinds = phonenumbers.PhoneNumberType
        self._line_types = {
            kinds.MOBILE: LineType.MOBILE,
            kinds.FIXED_LINE: LineType.LANDLINE,
            kinds.VOIP: LineType.VOIP,
        }

    async def look_up(self, number: str) -> PhoneFindings:
        try:
            read = self._plans.parse(number)
        except self._plans.NumberParseException:
            return PhoneFindings(PROVIDER, valid=False, line_type=LineType.UNKNOWN)
        region = self._plans.region_code_for_number(read)
        return PhoneFindings(
            PROVIDER,
            valid=self._plans.is_valid_number(read),
            line_type=self._line_types.get(self._plans.number_type(read), LineType.UNKNOWN),
            carrier=self._carriers.name_for_number(read, "en") or None,
            country=None if region == ABROAD else region,
        )
