"""Jobs are taken, tried again and buried; messages go to phones."""

from pathlib import Path

from db.migrations.script import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_name("0006_pushes.sql"))
    run(Path(__file__).with_name("0006_jobs.sql"))
