"""The second factor of an account, its recovery codes, and when a session last proved who it is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns, and the table of recovery codes."""
    op.add_column("desk_people", sa.Column("factor", sa.Text, nullable=True))
    op.add_column("desk_people", sa.Column("factor_step", sa.Integer, nullable=False, server_default="0"))
    op.add_column("desk_sessions", sa.Column("proved", sa.Float, nullable=False, server_default="0"))
    op.create_table(
        "desk_recovery",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("desk_people.id"), nullable=False, index=True),
    )
