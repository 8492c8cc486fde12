"""What every action may need: jobs to leave, and a customer to hold."""

from pathlib import Path

from db.migrations.script import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
