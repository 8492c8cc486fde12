"""The file of `kickstand load`: what may stand in it, and what it comes to (OPS-5)."""

from server.load.file import read

__all__ = ["read"]
