"""Addresses of databases, as people and the tools of PostgreSQL write them."""

from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, make_url


def driven(address: str) -> URL:
    """The address as SQLAlchemy wants it: with the driver, whose word for `sslmode` is `ssl`."""
    url = make_url(address).set(drivername="postgresql+asyncpg")
    if "sslmode" in url.query:
        mode = url.query["sslmode"]
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


def login(address: str) -> str:
    """The role that an address logs in as."""
    return unquote(urlsplit(address).username or "")
