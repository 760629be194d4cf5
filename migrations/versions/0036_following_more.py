"""Following organisations, people and tags, who follows an idea by themselves, and visits of ideas"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

MOMENT = sa.DateTime(timezone=True)
# One row for each person and idea, with what they have most to do with it. A view, so that it can
# never differ from the rows that it is about. Who stopped following is in no row, whatever else
# they have done; the conditions on both columns reach each of the tables.
IDEA_FOLLOWER = """
CREATE VIEW idea_follower AS
SELECT
  idea_id,
  person_id,
  min(since) AS since,
  (ARRAY['author', 'builder', 'sponsor', 'supporter', 'own'])[min(rank)] AS why
FROM (
  SELECT id AS idea_id, author_id AS person_id, created_at AS since, 1 AS rank, false AS stopped
  FROM idea
  UNION ALL
  SELECT idea_id, person_id, created_at, 1, false FROM co_author
  UNION ALL
  SELECT idea_id, author_id, created_at, 2, false FROM contribution WHERE withdrawn_at IS NULL
  UNION ALL
  SELECT idea_id, sponsor_id, offered_at, 3, false FROM pledge
  WHERE declined_at IS NULL AND withdrawn_at IS NULL AND lapsed_at IS NULL
  UNION ALL
  SELECT idea_id, person_id, created_at, 4, false FROM vote
  UNION ALL
  SELECT idea_id, person_id, created_at, 5, stopped_at IS NOT NULL FROM follow
) AS reason
GROUP BY idea_id, person_id
HAVING NOT bool_or(stopped)
"""
FOLLOWED = (("organisation_follow", "organisation"), ("person_follow", "followed"))


def upgrade() -> None:
    op.add_column("follow", sa.Column("stopped_at", MOMENT))
    op.execute(IDEA_FOLLOWER)
    for table, thing in FOLLOWED:
        of = "person.id" if thing == "followed" else f"{thing}.id"
        op.create_table(
            table,
            sa.Column(f"{thing}_id", sa.BigInteger(), nullable=False),
            *_follower(table),
            sa.ForeignKeyConstraint(
                [f"{thing}_id"], [of], name=f"fk_{table}_{thing}_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint(f"{thing}_id", "person_id", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])
    op.create_table(
        "tag_follow",
        sa.Column("tag", sa.Text(), nullable=False),
        *_follower("tag_follow"),
        sa.PrimaryKeyConstraint("tag", "person_id", name="pk_tag_follow"),
    )
    op.create_index("ix_tag_follow_person_id", "tag_follow", ["person_id"])
    op.create_table(
        "idea_visit",
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("seen_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_idea_visit_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_idea_visit_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "idea_id", name="pk_idea_visit"),
    )
    op.create_index("ix_idea_visit_idea_id", "idea_visit", ["idea_id"])
    # The release before tells followers only.
    op.add_column(
        "announcement",
        sa.Column(
            "groups",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{followers}'::text[]"),
            nullable=False,
        ),
    )


def _follower(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id"),
    ]


def downgrade() -> None:
    op.drop_column("announcement", "groups")
    for table in ("idea_visit", "tag_follow", "person_follow", "organisation_follow"):
        op.drop_table(table)
    op.execute("DROP VIEW idea_follower")
    # Who stopped is no follower for the release before.
    op.execute("DELETE FROM follow WHERE stopped_at IS NOT NULL")
    op.drop_column("follow", "stopped_at")
