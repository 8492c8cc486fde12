"""The columns of each table in the order in which rows are written: that of the tables."""

import db.migrate  # noqa: F401  (importing it fills the metadata)
from db.tables import metadata

COLUMNS = {
    table.name: [column.name for column in table.columns if column.computed is None]
    for table in metadata.sorted_tables
}
"""Every table after those that it refers to."""


def place(table: str, column: str) -> int:
    """Where a column is in a row, for a row that changes after it was written."""
    return COLUMNS[table].index(column)
