"""What look-ups of numbers and places find is written."""

from pathlib import Path

from db.migrations.script import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
