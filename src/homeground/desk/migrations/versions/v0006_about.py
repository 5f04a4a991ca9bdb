"""Changes may be of jobs, whose addresses are longer than a login."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the column; SQLite holds texts of any length in it as it is."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("desk_changes", "about", type_=sa.Text())
