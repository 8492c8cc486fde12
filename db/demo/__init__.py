"""Demo data: three invented fleets and their customers, the same for the same seed and day."""

from db.demo.loading import DemoExistsError, load
from db.demo.story import CUSTOMERS_MAX, CUSTOMERS_MIN, FLEETS, Demo, DemoOperator

__all__ = [
    "CUSTOMERS_MAX",
    "CUSTOMERS_MIN",
    "FLEETS",
    "Demo",
    "DemoExistsError",
    "DemoOperator",
    "load",
]
