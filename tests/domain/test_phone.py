"""What findings about a number mean (PHN-2)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.name import NameMatch
from domain.phone import (
    LineType,
    PhoneFindings,
    PhoneHolder,
    PhoneRisk,
    PhoneRiskFlag,
    RiskLevel,
    assess,
    level_of,
)

CLEAN = PhoneFindings("test", valid=True, line_type=LineType.MOBILE, country="DE")
ADA = PhoneHolder("Ada Lovelace", signup_country="DE", shares_number=False)
countries = st.sampled_from([None, "DE", "US", "KE"])
maybe = st.sampled_from([None, True, False])
names = st.sampled_from([None, "Ada Lovelace", "Adam Lovell", "Igor Lovelace", "Igor Petrov"])


@st.composite
def findings(draw: st.DrawFn) -> PhoneFindings:
    return PhoneFindings(
        "test",
        valid=draw(st.booleans()),
        line_type=draw(st.sampled_from(LineType)),
        prepaid=draw(maybe),
        country=draw(countries),
        recently_ported=draw(maybe),
        registered_name=draw(names),
    )


holders = st.builds(
    PhoneHolder,
    name=st.just("Ada Lovelace"),
    signup_country=countries,
    shares_number=st.booleans(),
)


@pytest.mark.parametrize(
    ("found", "held", "risk"),
    [
        ({}, {}, PhoneRisk(0, (), None)),
        ({"valid": False}, {}, PhoneRisk(100, (PhoneRiskFlag.INVALID_NUMBER,), None)),
        ({"line_type": LineType.VOIP}, {}, PhoneRisk(45, (PhoneRiskFlag.VOIP_NUMBER,), None)),
        ({"line_type": LineType.LANDLINE}, {}, PhoneRisk(10, (), None)),
        ({"country": "US"}, {}, PhoneRisk(25, (PhoneRiskFlag.COUNTRY_MISMATCH,), None)),
        ({"country": None}, {}, PhoneRisk(0, (), None)),
        ({}, {"signup_country": None}, PhoneRisk(0, (), None)),
        ({"recently_ported": True}, {}, PhoneRisk(25, (PhoneRiskFlag.RECENTLY_PORTED,), None)),
        ({"recently_ported": False, "prepaid": False}, {}, PhoneRisk(0, (), None)),
        ({"prepaid": True}, {}, PhoneRisk(0, (), None)),
        (
            {"prepaid": True, "country": "KE"},
            {"signup_country": "KE"},
            PhoneRisk(20, (PhoneRiskFlag.PREPAID_CARRIER,), None),
        ),
        ({}, {"shares_number": True}, PhoneRisk(20, (PhoneRiskFlag.SHARED_NUMBER,), None)),
        ({"registered_name": "Lovelace, ADA"}, {}, PhoneRisk(0, (), NameMatch(100))),
        ({"registered_name": "Adam Lovell"}, {}, PhoneRisk(0, (), NameMatch(66))),
        (
            {"registered_name": "Ann Loman"},
            {},
            PhoneRisk(20, (PhoneRiskFlag.NAME_MISMATCH,), NameMatch(36)),
        ),
        (
            {"registered_name": "Igor Petrov"},
            {},
            PhoneRisk(30, (PhoneRiskFlag.NAME_MISMATCH,), NameMatch(8)),
        ),
        # Nothing could be found out.
        ({"line_type": LineType.UNKNOWN}, {}, PhoneRisk(None, (), None)),
        (
            {"line_type": LineType.UNKNOWN, "registered_name": "Ada Lovelace"},
            {},
            PhoneRisk(None, (), NameMatch(100)),
        ),
        # A flag is something.
        (
            {"line_type": LineType.UNKNOWN, "country": "US"},
            {},
            PhoneRisk(25, (PhoneRiskFlag.COUNTRY_MISMATCH,), None),
        ),
        # All that there is.
        (
            {
                "line_type": LineType.VOIP,
                "recently_ported": True,
                "prepaid": True,
                "country": "KE",
                "registered_name": "Igor Petrov",
                "valid": False,
            },
            {"shares_number": True},
            PhoneRisk(100, tuple(PhoneRiskFlag), NameMatch(8)),
        ),
    ],
)
def test_each_signal_weighs_what_the_rule_says_and_has_its_flag(
    found: dict[str, object], held: dict[str, object], risk: PhoneRisk
) -> None:
    assert assess(replace(CLEAN, **found), replace(ADA, **held), ["KE"]) == risk  # type: ignore[arg-type]


@given(found=findings(), holder=holders)
def test_a_score_is_the_sum_of_what_counted_and_100_at_most(
    found: PhoneFindings, holder: PhoneHolder
) -> None:
    risk = assess(found, holder, ["KE"])

    distance = risk.name_match.score if risk.name_match else 100
    known = {found.country, holder.signup_country} - {None}
    total = (
        100 * (not found.valid)
        + 45 * (found.line_type is LineType.VOIP)
        + 25 * (len(known) == 2)
        + 25 * (found.recently_ported is True)
        + 20 * (found.prepaid is True and found.country == "KE")
        + 20 * holder.shares_number
        + 10 * (found.line_type is LineType.LANDLINE)
        + (30 if distance < 30 else 20 if distance < 60 else 0)
    )
    unknown = found.line_type is LineType.UNKNOWN and not risk.flags
    assert risk.score == (None if unknown else min(100, total))
    assert (risk.level is RiskLevel.UNKNOWN) == unknown
    assert list(risk.flags) == [flag for flag in PhoneRiskFlag if flag in risk.flags]
    assert bool(risk.flags) == (total > 10 * (found.line_type is LineType.LANDLINE))


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (None, RiskLevel.UNKNOWN),
        (0, RiskLevel.LOW),
        (24, RiskLevel.LOW),
        (25, RiskLevel.MEDIUM),
        (49, RiskLevel.MEDIUM),
        (50, RiskLevel.HIGH),
        (74, RiskLevel.HIGH),
        (75, RiskLevel.VERY_HIGH),
        (100, RiskLevel.VERY_HIGH),
    ],
)
def test_a_level_begins_at_its_least_score(score: int | None, level: RiskLevel) -> None:
    assert level_of(score) is level
