"""Summaries of outcomes: “You said, we did”"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"

EMPTY = sa.text("'{}'::jsonb")
MOMENT = sa.DateTime(timezone=True)
MANY = postgresql.ARRAY(sa.String(length=20))
PERSON = "person.id"


def upgrade() -> None:
    _summary()
    _version()
    _omission()
    _addition()


def downgrade() -> None:
    for name in ("_addition", "_omission", "_version", ""):
        op.drop_table(f"outcome_summary{name}")


def _row(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table whose rows have a number, and say when they were added."""
    op.create_table(
        table,
        *columns,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _refers(
    table: str, column: str, to: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete=ondelete)


def _summary() -> None:
    table = "outcome_summary"
    _row(
        table,
        sa.Column("campaign_id", sa.BigInteger()),
        sa.Column("organisation_id", sa.BigInteger()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("timezone", sa.String(length=60), server_default="UTC", nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("sentences", postgresql.JSONB(), nullable=False),
        sa.Column("figures_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("introduction", sa.Text(), server_default="", nullable=False),
        sa.Column("words", postgresql.JSONB(), server_default=EMPTY, nullable=False),
        sa.Column("section_order", MANY, nullable=False),
        sa.Column("saved", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("read_to", sa.BigInteger()),
        _refers(table, "campaign_id", "campaign.id", "CASCADE"),
        _refers(table, "organisation_id", "organisation.id"),
        _refers(table, "prepared_by", PERSON),
        _refers(table, "changed_by", PERSON),
        sa.UniqueConstraint("campaign_id", name=f"uq_{table}_campaign_id"),
        sa.UniqueConstraint(
            "organisation_id", "starts_on", name=f"uq_{table}_organisation_id_starts_on"
        ),
        sa.CheckConstraint(
            "num_nonnulls(campaign_id, organisation_id) = 1", name=f"ck_{table}_of_one"
        ),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, starts_on) IN (0, 2)",
            name=f"ck_{table}_quarter_of_organisation",
        ),
    )


def _version() -> None:
    table = "outcome_summary_version"
    _row(
        table,
        sa.Column("summary_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column("so_far", sa.Boolean(), nullable=False),
        sa.Column("introduction_html", sa.Text(), server_default="", nullable=False),
        sa.Column("words_html", postgresql.JSONB(), server_default=EMPTY, nullable=False),
        sa.Column("section_order", MANY, nullable=False),
        sa.Column("sentences", postgresql.JSONB(), nullable=False),
        sa.Column("figures_at", MOMENT, nullable=False),
        sa.Column("saved", sa.BigInteger(), nullable=False),
        sa.Column("idea_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        _refers(table, "summary_id", "outcome_summary.id", "CASCADE"),
        _refers(table, "published_by", PERSON),
        sa.UniqueConstraint("summary_id", "number", name=f"uq_{table}_summary_id_number"),
    )


def _omission() -> None:
    table = "outcome_summary_omission"
    _row(
        table,
        sa.Column("summary_id", sa.BigInteger(), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("omitted_by", sa.BigInteger(), nullable=False),
        sa.Column("put_back_at", MOMENT),
        sa.Column("put_back_by", sa.BigInteger()),
        _refers(table, "summary_id", "outcome_summary.id", "CASCADE"),
        _refers(table, "omitted_by", PERSON),
        _refers(table, "put_back_by", PERSON),
    )
    op.create_index(f"ix_{table}_summary_id", table, ["summary_id"])
    op.create_index(
        f"uq_{table}_standing",
        table,
        ["summary_id", "sentence"],
        unique=True,
        postgresql_where=sa.text("put_back_at is null"),
    )


def _addition() -> None:
    table = "outcome_summary_addition"
    _row(
        table,
        sa.Column("summary_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("sentence", postgresql.JSONB(), nullable=False),
        _refers(table, "summary_id", "outcome_summary.id", "CASCADE"),
        _refers(table, "event_id", "event.id"),
        sa.UniqueConstraint("summary_id", "event_id", name=f"uq_{table}_summary_id_event_id"),
    )
    op.create_index(f"ix_{table}_happened_at", table, ["summary_id", "happened_at"])
