"""Where internet addresses are, by the database that is shipped and one with cities."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from domain.location import IpLocation
from integrations.addresses import LocalAtlas
from tests import mmdb

NOWHERE = None, None, None
FLAT = {"country_code": "DE", "state1": "Berlin", "city": "Kreuzberg", "state2": "", "postcode": ""}
NESTED = {
    "country": {"iso_code": "US", "names": {"en": "United States"}},
    "subdivisions": [{"iso_code": "FL", "names": {"en": "Florida"}}],
    "city": {"names": {"en": "Orlando", "de": "Orlando"}},
}


@pytest.fixture
def cities(tmp_path: Path) -> Path:
    known: dict[str, Mapping[str, Any]] = {
        "8.8.8.0/24": FLAT,
        "1.1.1.0/24": NESTED,
        "2a00:1450::/32": FLAT,
        "9.9.9.0/24": {},
        "10.0.0.0/8": FLAT,
    }
    return mmdb.write(tmp_path / "cities.mmdb", known)


async def located(atlas: LocalAtlas, address: str) -> tuple[str | None, str | None, str | None]:
    """City, region and country."""
    found = await atlas.locate(address)
    assert found == IpLocation(address, found.city, found.region, found.country)
    return found.city, found.region, found.country


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("8.8.8.8", "US"),
        ("193.99.144.80", "DE"),
        ("200.160.2.3", "BR"),
        ("2001:4860:4860::8888", "US"),
        ("::ffff:193.99.144.80", "DE"),
    ],
)
async def test_a_public_address_has_the_country_of_the_shipped_database(
    address: str, country: str
) -> None:
    assert await located(LocalAtlas(), address) == (None, None, country)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "172.16.0.1", "192.168.1.1",  # private (RFC 1918)
        "127.0.0.1", "0.0.0.1", "169.254.1.1", "100.64.0.1",  # of this machine, link and carrier
        "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1",  # for examples and benchmarks
        "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "2001:db8::1", "ff0e::1",
        "::ffff:192.168.1.1",
    ],
)  # fmt: skip
async def test_a_private_or_reserved_address_resolves_to_nothing(
    address: str, cities: Path
) -> None:
    assert await located(LocalAtlas(), address) == NOWHERE
    assert await located(LocalAtlas(cities), address) == NOWHERE


@pytest.mark.parametrize("address", ["", "localhost", "1.2.3", "8.8.8.8, 1.1.1.1", "\0", "::g"])
async def test_a_text_that_is_no_address_resolves_to_nothing(address: str) -> None:
    assert await located(LocalAtlas(), address) == NOWHERE


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("8.8.8.8", ("Kreuzberg", "Berlin", "DE")),
        ("2a00:1450::1", ("Kreuzberg", "Berlin", "DE")),
        ("1.1.1.1", ("Orlando", "Florida", "US")),
        ("9.9.9.9", (None, None, "US")),  # known to be there, and no more: the shipped one tells
        ("193.99.144.80", (None, None, "DE")),
    ],
)
async def test_a_database_of_cities_is_asked_first(
    cities: Path, address: str, place: tuple[str | None, str | None, str | None]
) -> None:
    assert await located(LocalAtlas(cities), address) == place


async def test_a_database_of_cities_may_know_one_kind_of_address_only(tmp_path: Path) -> None:
    path = mmdb.write(tmp_path / "v4.mmdb", {"8.8.8.0/24": FLAT}, version=4)

    atlas = LocalAtlas(path)

    assert await located(atlas, "8.8.8.8") == ("Kreuzberg", "Berlin", "DE")
    assert await located(atlas, "2001:4860:4860::8888") == (None, None, "US")


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_a_file_that_is_no_database_is_refused_at_the_start(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "cities.mmdb"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ValueError, match=r"cities\.mmdb cannot be read"):
        LocalAtlas(path)
