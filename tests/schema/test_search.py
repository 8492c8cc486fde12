"""Searching customers: by every word, in what the caller may read, however it is written."""

# ruff: noqa: RUF001  (names, digits and dashes of all scripts are what it is about)

from json import dumps
from unicodedata import normalize

import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.crowd import Crowd
from tests.listed import LIST, PAGE, backward, forward, listed, ordered, page
from tests.make import Fleet, Make, Who

PEOPLE = {
    "renée": ("Renée Müßig", 70_001, "renee.m@firm.example", "+4915112345678"),
    "øystein": ("Øystein Łukasz", 70_002, "oystein@firm.example", "+442079460958"),
    "ipek": ("İpek Ilgın", 70_003, "Ipek@Firm.example", "+33612345678"),
    "hồng": ("Nguyễn Thị Hồng", 70_004, "hong@firm.example", "+14155550123"),
    "josé": ("Jose\u0301 Mun\u0303oz", 70_005, "jose@firm.example", None),
    "gaku": ("山本 がく", 70_006, "gaku@firm.example", None),
    "фёдор": ("Фёдор Йович", 70_007, "fedor@firm.example", None),
    "νίκος": ("Νίκος Παπάς", 70_008, "nikos@firm.example", None),
    "siobhán": ("Siobhán O’Brien", 70_009, "siobhan@firm.example", None),
    "ann": ("Ann Lee", 70_010, "ann@firm.example", None),
    "anna": ("Anna Svenson", 70_011, None, None),
    "odd": (r"100% O_K \ $$ 'q' " + '"d" 😀', 70_012, "o+dd@firm.example", None),
}


class Found:
    """A fleet of those people, and who is found by a search."""

    def __init__(self, api: Api, fleet: Fleet, clerk: Who, ids: dict[str, str]) -> None:
        self.api, self.fleet, self.clerk, self.ids = api, fleet, clerk, ids

    async def by(self, search: str, who: Who | None = None) -> set[str]:
        asked = await page(self.api, who or self.clerk, self.fleet, search=search)
        assert asked["totalCount"] == {"value": len(asked["nodes"]), "exact": True}
        return {self.ids[id] for id in listed(asked)}

    async def refused(self, search: str) -> list[tuple[list[str | int] | None, str]]:
        return codes(await self.api.ask(self.clerk, PAGE, fleet=self.fleet.id, search=search))


@pytest.fixture(scope="module")
async def people(shared: Make) -> tuple[Fleet, Who, dict[str, str]]:
    fleet = await shared.fleet()
    ids = {}
    for who, (name, number, email, phone) in PEOPLE.items():
        ids[await fleet.customer(name=name, number=number, email=email, phone=phone)] = who
    return fleet, await fleet.operator(), ids


@pytest.fixture
def found(shared_api: Api, people: tuple[Fleet, Who, dict[str, str]]) -> Found:
    return Found(shared_api, *people)


@pytest.mark.rule("LST-2")
@pytest.mark.parametrize(
    ("search", "who"),
    [
        ("MÜSSIG", {"renée"}),
        ("mu\u0308ßig", {"renée"}),
        ("mussig renee", {"renée"}),
        ("oystein lukasz", {"øystein"}),
        ("ØYSTEIN ŁUKASZ", {"øystein"}),
        ("ipek ilgin", {"ipek"}),
        ("İPEK ILGIN", {"ipek"}),
        ("ılgın", {"ipek"}),
        ("hong thi nguyen", {"hồng"}),
        ("HỒNG", {"hồng"}),
        (normalize("NFD", "nguyễn"), {"hồng"}),
        ("JOSÉ muñoz", {"josé"}),
        (normalize("NFD", "josé"), {"josé"}),
        ("jose munoz", {"josé"}),
        ("山本", {"gaku"}),
        ("がく 山", {"gaku"}),
        (normalize("NFD", "がく"), {"gaku"}),
        ("ЙОВИЧ федор", {"фёдор"}),
        ("ΝΙΚΟΣ παπασ", {"νίκος"}),
        ("νικος ΠΑΠΆΣ", {"νίκος"}),
        ("o'brien", {"siobhán"}),
        ("O’BRIEN", {"siobhán"}),
        ("ｓｉｏｂｈａｎ", {"siobhán"}),
    ],
)
async def test_names_are_found_in_any_case_and_with_any_accents(
    found: Found, search: str, who: set[str]
) -> None:
    assert await found.by(search) == who


@pytest.mark.rule("LST-2")
@pytest.mark.parametrize(
    ("search", "who"),
    [
        ("+14155550123", {"hồng"}),
        ("4155550123", {"hồng"}),
        ("(415) 555-0123", {"hồng"}),
        ("1.415.555.0123", {"hồng"}),
        ("415/5550123", {"hồng"}),
        ("415–555‑01·23", {"hồng"}),
        ("[415] 555 - 0123", {"hồng"}),
        ("４１５ ５５５－０１２３", {"hồng"}),
        ("0014155550123", {"hồng"}),
        ("\u202a+1 415\u202c", {"hồng"}),
        ("0151 12345678", {"renée"}),
        ("(0151) 1234-5678", {"renée"}),
        ("+49 (0)151 12345678", {"renée"}),
        ("0049 151 1234", {"renée"}),
        ("020 7946 0958", {"øystein"}),
        ("+44 (0) 20 7946 0958", {"øystein"}),
        ("+44 20 7946 0958", {"øystein"}),
        ("06.12.34.56.78", {"ipek"}),
        ("06 12 99", set()),
        ("0033 6 12 34", {"ipek"}),
        ("+1 415 555 0124", set()),
    ],
)
async def test_phones_are_found_in_any_punctuation_with_and_without_country_code(
    found: Found, search: str, who: set[str]
) -> None:
    assert await found.by(search) == who


@pytest.mark.rule("LST-2")
@pytest.mark.parametrize(
    ("search", "who"),
    [
        ("renee.m@firm", {"renée"}),
        ("IPEK@FIRM.EXAMPLE", {"ipek"}),
        ("o+dd@", {"odd"}),
        ("@firm.example", set(PEOPLE) - {"anna"}),
        ("70010", {"ann"}),
        ("7001", {"ann", "anna", "odd"}),
        ("an", {"ann", "anna", "siobhán"}),
        ("nn le", {"ann"}),
        ("ann l", {"ann"}),
        ("l ann", {"ann"}),
        ("s anna 70011", {"anna"}),
        ("415 thi hong@ 70004", {"hồng"}),
        ("ann 70011", {"anna"}),
        ("ann 70012", set()),
        ("ann hồng", set()),
        ("annlee", set()),
        ("lee70010", set()),
        ("firm.example1415", set()),
        ("  ann\t\u3000lee\n", {"ann"}),
        ("ann - lee", {"ann"}),
        ("a b e i n o r 70 si", {"siobhán"}),
    ],
)
async def test_every_word_is_a_part_of_any_of_them_in_any_order(
    found: Found, search: str, who: set[str]
) -> None:
    assert await found.by(search) == who


@pytest.mark.rule("LST-2")
@pytest.mark.parametrize(
    ("search", "who"),
    [
        ("100%", {"odd"}),
        ("%nn", set()),
        ("o_k", {"odd"}),
        ("a_n", set()),
        (r"o_k \ 'q'", {"odd"}),
        (r"\o_k", set()),
        ("o_k $$ 'q'", {"odd"}),
        ('"d"o', set()),
        ("' OR true --", set()),
        ("$$||true", set()),
        ("{ann,lee}", set()),
        ("o_k 😀", {"odd"}),
        ("ann 😀", set()),
        ("x" * 200, set()),
        (" ".join(["ann"] * 10), {"ann", "anna"}),
    ],
)
async def test_signs_stand_for_themselves(found: Found, search: str, who: set[str]) -> None:
    assert await found.by(search) == who


@pytest.mark.rule("LST-2")
@pytest.mark.parametrize(
    "search",
    [
        *("a", "é", "e\u0301", "q\u0303", "山", "7", "ß", "(0)"),
        *("a.", "+1", "(a)", "–a", "“a”", "a…", "€5", "a b", "\u200bx"),
        *("%", "_", "\\", "''", "--", "()", "@", "““", "…", "\ufeff", "😀", "😀😀"),
        *("a\0b", "a" * 10_000, "a" * 201, " " * 201),
        " ".join(["an"] * 11),
    ],
)
async def test_what_has_no_two_letters_or_cannot_be_read_is_bad_input(
    found: Found, search: str
) -> None:
    assert await found.refused(search) == [(LIST, "BAD_USER_INPUT")]


async def test_half_a_surrogate_pair_is_bad_input(found: Found) -> None:
    body = dumps({"query": PAGE, "variables": {"fleet": found.fleet.id, "search": "ann \ud83d"}})
    headers = {"Authorization": f"Bearer {found.clerk.token}", "Content-Type": "application/json"}

    answer = await found.api.client.post("/graphql", content=body, headers=headers)

    assert [code for _, code in codes(answer.json())] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("search", ["", " ", "\t\n\u3000"])
async def test_a_blank_search_is_none(found: Found, search: str) -> None:
    assert await found.by(search) == set(PEOPLE)


@pytest.mark.rule("LST-2")
async def test_a_change_is_found_at_once_and_what_was_before_no_longer(
    api: Api, fleet: Fleet
) -> None:
    who = await fleet.operator()
    ada = await fleet.customer(name="Ada", email="ada@firm.example", phone="+14155550123")
    eve = await fleet.customer(name="Eve", email="eve@firm.example", phone=None)
    searches = ("ada", "grace", "@firm", "@navy", "415", "612")

    async def finds() -> list[list[str]]:
        return [listed(await page(api, who, fleet, search=search)) for search in searches]

    before = await finds()
    await fleet.change(ada, name="Grace")
    renamed = await finds()
    await fleet.change(ada, email="grace@navy.example")
    moved = await finds()
    await fleet.change(ada, phone="+33612345678")
    rung = await finds()
    await fleet.change(ada, email=None, phone=None)
    silent = await finds()

    assert before == [[ada], [], [eve, ada], [], [ada], []]
    assert renamed == [[ada], [ada], [eve, ada], [], [ada], []]
    assert moved == [[], [ada], [eve], [ada], [ada], []]
    assert rung == [[], [ada], [eve], [ada], [], [ada]]
    assert silent == [[], [ada], [eve], [], [], []]


@pytest.mark.rule("LST-2", "LST-4")
async def test_a_search_goes_with_tab_filter_order_and_paging_both_ways(
    shared_api: Api, crowd: Crowd
) -> None:
    inside = [one for one in crowd.people if "anna" in one.key("NAME") and one.in_tab("UNBLOCKED")]
    kept = [one for one in inside if one.device in {"IOS", "UNKNOWN"}]
    asked = {"search": "LEE ann", "tab": "UNBLOCKED", "filter": {"deviceOs": ["IOS", "UNKNOWN"]}}

    for order, direction in (("NAME", "ASC"), ("BONUS", "DESC"), ("LAST_ACTIVE", "ASC")):
        by = {"orderBy": {"field": order, "direction": direction}}
        whole = ordered(kept, order, direction)
        there = await forward(shared_api, crowd.clerk, crowd.fleet, 3, **asked, **by)
        back = await backward(shared_api, crowd.clerk, crowd.fleet, 3, **asked, **by)
        assert (there, back) == (whole, whole)
    assert 3 < len(kept) < len(inside)


@pytest.mark.rule("ROL-9")
@pytest.mark.parametrize("search", ["ann@firm", "@firm.example", "4155550123", "12345678"])
async def test_an_analyst_finds_nobody_by_email_or_phone(found: Found, search: str) -> None:
    fleet = found.fleet
    others = [await fleet.operator(Role.VIEWER), await fleet.partner(Scope.CUSTOMERS_READ)]

    seen = [await found.by(search, who) for who in others]

    assert seen == [await found.by(search)] * 2
    assert seen[0]
    assert await found.by(search, await fleet.operator(Role.ANALYST)) == set()


@pytest.mark.rule("ROL-9")
@pytest.mark.parametrize("search", ["ann lee", "70004", "thi 70004"])
async def test_an_analyst_finds_by_name_and_number(found: Found, search: str) -> None:
    analyst = await found.fleet.operator(Role.ANALYST)

    assert await found.by(search, analyst) == await found.by(search) != set()


@pytest.mark.rule("LST-2")
async def test_fleets_find_their_own(found: Found, shared: Make) -> None:
    elsewhere = await shared.fleet()
    ann = await elsewhere.customer(name="Ann Lee", email="ann@firm.example", number=70_010)
    both = await shared.operator(found.fleet, elsewhere)

    for search in ("ann lee", "ann@firm", "70010"):
        assert await found.by(search, both) == {"ann"}
        assert listed(await page(found.api, both, elsewhere, search=search)) == [ann]
