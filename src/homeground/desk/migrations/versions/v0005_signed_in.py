"""When somebody signed in last, so that they can be told what changed on their account since."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("desk_people", sa.Column("signed_in", sa.Float, nullable=True))
