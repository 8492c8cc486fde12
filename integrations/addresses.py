"""Where internet addresses are, by databases on this machine."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, TypeAlias

import maxminddb

from domain.location import IpLocation

SHIPPED = Path(__file__).parent / "geodata" / "geo-whois-asn-country.mmdb"
IPV4 = 4
Found: TypeAlias = Mapping[str, Any]


class LocalAtlas:
    """The country by a database that is shipped with us; city and region by another, if given.

    That one is a file in MaxMind's format, with records as MaxMind and DB-IP write them. Where
    it knows an address, its country counts as well: city and country then belong together.
    ValueError for a file that is none.
    """

    def __init__(self, cities: Path | None = None) -> None:
        shipped = maxminddb.open_database(SHIPPED)
        self._databases = [shipped] if cities is None else [_opened(cities), shipped]

    async def locate(self, address: str) -> IpLocation:
        public = _public(address)
        for database in self._databases if public else ():
            record = _record(database, public)
            if country := _country(record):
                return IpLocation(address, _city(record), _region(record), country)
        return IpLocation(address, None, None, None)


def _opened(path: Path) -> maxminddb.Reader:
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        message = f"{path} cannot be read as a database of addresses"
        raise ValueError(message) from error


def _public(address: str) -> str:
    """An address where somebody can be reached, else nothing: databases place others as well."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    return str(found) if found.is_global and not found.is_multicast else ""


def _record(database: maxminddb.Reader, address: str) -> Found:
    """What a database tells of an address; nothing of IPv6 where it is of IPv4 alone."""
    if ":" in address and database.metadata().ip_version == IPV4:
        return {}
    record = database.get(address)
    return record if isinstance(record, dict) else {}


def _country(record: Found) -> str | None:
    """Written as a word, or as MaxMind does among more about the country."""
    return _text(record.get("country_code")) or _text(_within(record, "country", "iso_code"))


def _region(record: Found) -> str | None:
    return _text(record.get("state1")) or _text(_within(record, "subdivisions", 0, "names", "en"))


def _city(record: Found) -> str | None:
    return _text(record.get("city")) or _text(_within(record, "city", "names", "en"))


def _within(record: Any, *path: str | int) -> Any:
    """What stands inside of a record; None where there is no such thing."""
    for step in path:
        try:
            record = record[step]
        except (KeyError, IndexError, TypeError):
            return None
    return record


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
