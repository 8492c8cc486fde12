"""A PostgreSQL of one's own in one folder: started, joined, prepared and stopped. For Linux."""

from db.embedded.account import EmbeddedError
from db.embedded.cluster import SUPERUSER, Cluster, start, stop
from db.embedded.roles import DATABASE, OWNER, Addresses, addresses, prepare

__all__ = [
    "DATABASE",
    "OWNER",
    "SUPERUSER",
    "Addresses",
    "Cluster",
    "EmbeddedError",
    "addresses",
    "prepare",
    "start",
    "stop",
]
