"""People, sessions, links, tokens, attempts to sign in, and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _person(nullable: bool = False, index: bool = True) -> sa.Column[int]:
    return sa.Column("person", sa.Integer, sa.ForeignKey("desk_people.id"), nullable=nullable, index=index)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "desk_people",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=True),
        sa.Column("subject", sa.String(255), nullable=True, unique=True),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("theme", sa.String(8), nullable=False),
        sa.Column("country", sa.String(16), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
    )
    _sessions()
    _links()
    _rest()
    _jobs()


def _sessions() -> None:
    op.create_table(
        "desk_sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        _person(),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(200), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
    )


def _links() -> None:
    op.create_table(
        "desk_links",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        _person(nullable=True, index=False),
        sa.Column("expires", sa.Float, nullable=False),
    )
    op.create_table(
        "desk_tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        _person(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
        sa.Column("used", sa.Float, nullable=True),
    )


def _rest() -> None:
    op.create_table(
        "desk_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(200), nullable=False, index=True),
        sa.Column("time", sa.Float, nullable=False),
    )
    op.create_table(
        "desk_secrets",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _jobs() -> None:
    op.create_table(
        "desk_jobs",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("person", sa.String(64), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("done", sa.Float, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("started", sa.Float, nullable=True),
        sa.Column("beat", sa.Float, nullable=True),
        sa.Column("ended", sa.Float, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
