"""Offers on their way: what somebody has typed, under an address that tells nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "desk_drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("kept", sa.Float, nullable=False),
        sa.Column("offer", sa.Text, nullable=False),
    )
