"""Countries by the codes of ISO 3166-1."""

from functools import cache

from babel import Locale

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What Unicode's list of territories has besides countries: groups, and codes for tests."""


@cache
def countries() -> frozenset[str]:
    """Every code of two letters, as US."""
    known = map(str, Locale("en").territories)
    return frozenset(code for code in known if len(code) == len("US")) - NO_COUNTRIES
