"""Changes of accounts, and which of them the record still has to take."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "desk_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(32), nullable=False, unique=True),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("about", sa.String(64), nullable=False, index=True),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("registers", sa.Boolean, nullable=False),
        sa.Column("signing", sa.Text, nullable=True),
        sa.Column("entry", sa.Integer, nullable=True, index=True),
    )
