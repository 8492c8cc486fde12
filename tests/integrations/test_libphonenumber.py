"""What libphonenumber's tables say of numbers."""

import subprocess
import sys

import pytest

from domain.phone import LineType, PhoneFindings
from integrations.libphonenumber import OfflineDirectory


@pytest.fixture(scope="module")
def directory() -> OfflineDirectory:
    return OfflineDirectory()


def found(line_type: LineType, country: str | None, carrier: str | None = None) -> PhoneFindings:
    return PhoneFindings("libphonenumber", True, line_type, carrier, country=country)  # noqa: FBT003


NUMBERS = {
    "+4915123456789": found(LineType.MOBILE, "DE", "T-Mobile"),
    "+33612345678": found(LineType.MOBILE, "FR", "SFR"),
    "+5511987654321": found(LineType.MOBILE, "BR", "TIM"),
    "+4930123456": found(LineType.LANDLINE, "DE"),
    "+815012345678": found(LineType.VOIP, "JP"),
    # American plans tell neither mobile from fixed nor the carrier.
    "+14155550100": found(LineType.UNKNOWN, "US"),
    # The Channel Islands share the British code.
    "+447781123456": found(LineType.MOBILE, "GG", "Sure"),
    # A number of no country.
    "+80012345678": found(LineType.UNKNOWN, None),
}


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_number_has_the_line_the_country_and_the_carrier_of_its_plan(
    directory: OfflineDirectory, number: str
) -> None:
    assert await directory.look_up(number) == NUMBERS[number]


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+493012", "DE"),
        ("+12", None),
        ("+999123456789", None),
        ("+447700900123", None),
        ("+" + "1" * 400, None),
        ("4915123456789", None),
        ("+٤٩", None),
        ("", None),
    ],
)
async def test_a_number_that_no_plan_gives_out_is_invalid(
    directory: OfflineDirectory, number: str, country: str | None
) -> None:
    assert await directory.look_up(number) == PhoneFindings(
        "libphonenumber", valid=False, line_type=LineType.UNKNOWN, country=country
    )


def test_only_a_process_that_looks_up_loads_the_tables() -> None:
    script = (
        "import sys, server.wiring, integrations.libphonenumber;"
        "print([name for name in sys.modules if name.startswith('phonenumbers')])"
    )

    run = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )

    assert run.stdout.strip() == "[]"
