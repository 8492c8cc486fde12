"""What the loyalty program's page reads: the leaderboard, and who earned points lately."""

from pathlib import Path

from db.migrations.script import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
