"""Third readings of entries, names of judges, and who reads entries without names"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

MOMENT = sa.DateTime(timezone=True)
# A view, so that features before judging can ask for it, and it can never differ from the panels.
BLIND_READER = """
CREATE VIEW blind_reader AS
SELECT panel.campaign_id, panel_judge.person_id
FROM panel_judge
JOIN panel ON panel.id = panel_judge.panel_id
WHERE panel.blind
  AND panel_judge.accepted_at IS NOT NULL
  AND panel_judge.removed_at IS NULL
  AND (
    panel.closed_at IS NULL
    OR EXISTS (
      SELECT FROM third_reading
      JOIN assignment ON assignment.id = third_reading.assignment_id
      LEFT JOIN scorecard ON scorecard.assignment_id = assignment.id
      LEFT JOIN recusal ON recusal.assignment_id = assignment.id
      WHERE assignment.judge_id = panel_judge.id
        AND third_reading.closes_at > now()
        AND third_reading.withdrawn_at IS NULL
        AND scorecard.final_at IS NULL
        AND recusal.id IS NULL
    )
  )
"""


def upgrade() -> None:
    op.add_column(
        "panel",
        sa.Column("names_judges", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_table(
        "third_reading",
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("reminded_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_third_reading_assignment_id"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name="fk_third_reading_asked_by"),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name="fk_third_reading_withdrawn_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_third_reading"),
        sa.UniqueConstraint("assignment_id", name="uq_third_reading_assignment_id"),
    )
    op.execute(BLIND_READER)


def downgrade() -> None:
    op.execute("DROP VIEW blind_reader")
    op.drop_table("third_reading")
    op.drop_column("panel", "names_judges")
