"""Templates and copies, review before publishing, planned publication, and archives"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def _numbered() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
    ]


def _made_of(table: str, columns: list[sa.Column[object]], people: tuple[str, ...]) -> None:
    """Makes a table of a campaign, which goes with it; `people` are its columns of persons."""
    op.create_table(
        table,
        *_numbered(),
        *columns,
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f(f"fk_{table}_campaign_id_campaign"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_{table}_{column}_person")
            )
            for column in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_campaign_id", table, ["campaign_id"])


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column(
            "reviews_before_publishing",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
    )
    _change_campaign()
    _made_of(
        "campaign_review",
        [
            sa.Column("asked_by", sa.BigInteger(), nullable=False),
            sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("decided_by", sa.BigInteger(), nullable=True),
            sa.Column("decision", sa.String(20), nullable=True),
            sa.Column("reason", sa.Text(), server_default="", nullable=False),
            sa.Column("fingerprint", sa.String(40), server_default="", nullable=False),
            sa.Column(
                "by_only_admin", sa.Boolean(), server_default=sa.text("false"), nullable=False
            ),
        ],
        ("asked_by", "decided_by"),
    )
    _index_of_one("uq_campaign_review_waiting", "campaign_review", "decided_at is null")
    _made_of(
        "planned_publication",
        [
            sa.Column("planned_by", sa.BigInteger(), nullable=False),
            sa.Column("local_time", sa.DateTime(timezone=False), nullable=False),
            sa.Column("timezone", sa.String(60), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("ended_by", sa.BigInteger(), nullable=True),
            sa.Column("outcome", sa.String(20), nullable=True),
            sa.Column("reason", sa.Text(), server_default="", nullable=False),
        ],
        ("planned_by", "ended_by"),
    )
    _index_of_one("uq_planned_publication_standing", "planned_publication", "ended_at is null")
    op.create_index(
        "ix_planned_publication_at_standing",
        "planned_publication",
        ["at"],
        postgresql_where=sa.text("ended_at is null"),
    )
    _made_of(
        "publication_record",
        [
            sa.Column("step", sa.String(20), nullable=False),
            sa.Column("done_by", sa.BigInteger(), nullable=True),
            sa.Column("reason", sa.Text(), server_default="", nullable=False),
        ],
        ("done_by",),
    )


def _change_campaign() -> None:
    for column in (
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_by", sa.BigInteger(), nullable=True),
        sa.Column("archive_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("template", sa.String(40), server_default="", nullable=False),
        sa.Column("copied_from_id", sa.BigInteger(), nullable=True),
    ):
        op.add_column("campaign", column)
    op.add_column(
        "phase",
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_campaign_archived_by_person"), "campaign", "person", ["archived_by"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_campaign_copied_from_id_campaign"),
        "campaign",
        "campaign",
        ["copied_from_id"],
        ["id"],
        ondelete="SET NULL",
    )


def _index_of_one(name: str, table: str, standing: str) -> None:
    op.create_index(name, table, ["campaign_id"], unique=True, postgresql_where=sa.text(standing))


def downgrade() -> None:
    op.drop_table("publication_record")
    op.drop_table("planned_publication")
    op.drop_table("campaign_review")
    op.drop_column("phase", "is_archived")
    for column in ("copied_from_id", "template", "archive_reason", "archived_by", "archived_at"):
        op.drop_column("campaign", column)
    op.drop_column("organisation", "reviews_before_publishing")
