"""Changes after publication, what a phase is for, and calls whose entries go elsewhere"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

# Calls from Challenge.gov offered to post ideas here, which their organisers never read.
ELSEWHERE = """
update campaign set entries_elsewhere = true where source_ref like 'challenge-gov:%'
"""
NO_NEW_IDEAS = """
update phase set accepts =
    case when campaign.ideas_count = 0 then '{}' else array_remove(phase.accepts, 'ideas') end
from campaign
where campaign.id = phase.campaign_id and campaign.entries_elsewhere
"""
# How Challenge.gov's feeds spelt its types of challenges, without case.
ANALYTICS = "Analytics, visualizations, algorithms"
CREATIVE = "Creative (multimedia & design)"
HARDWARE = "Technology demonstration and hardware"
SPELLINGS = {
    "analytics, visualization, algorithms": [ANALYTICS],
    "analytics, visualizations and algorithms": [ANALYTICS],
    "analytics, visualizations, and algorithms": [ANALYTICS],
    "business plans": ["Business plans"],
    "creative": [CREATIVE],
    "creative (multimedia and design)": [CREATIVE],
    "creative (multimedia and design), scientific": [CREATIVE, "Scientific"],
    "ideas, scientific": ["Ideas", "Scientific"],
    "ideas, technology demonstration and hardware": ["Ideas", HARDWARE],
    "technology demonstration": [HARDWARE],
    "technology demonstration and hardware, scientific, software and apps": [
        HARDWARE,
        "Scientific",
        "Software and apps",
    ],
}


def mend_topics() -> None:
    """Gives each topic of the imported calls its one spelling."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text("select id, topics from campaign where source_ref like 'challenge-gov:%'")
    )
    for number, topics in found.all():
        mended = [one for topic in topics for one in SPELLINGS.get(topic.casefold(), [topic])]
        values = {"topics": list(dict.fromkeys(mended)), "id": number}
        if values["topics"] != topics:
            connection.execute(
                sa.text("update campaign set topics = :topics where id = :id"), values
            )


def upgrade() -> None:
    op.create_table(
        "campaign_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("old", postgresql.JSONB(), nullable=False),
        sa.Column("new", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_change_campaign_id_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_campaign_change_changed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_change")),
    )
    op.create_index("ix_campaign_change_campaign_id", "campaign_change", ["campaign_id"])
    op.add_column(
        "phase",
        sa.Column("purpose", sa.String(20), server_default="other", nullable=False),
    )
    op.add_column(
        "campaign",
        sa.Column(
            "entries_elsewhere", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
    op.execute(ELSEWHERE)
    op.execute(NO_NEW_IDEAS)
    mend_topics()


def downgrade() -> None:
    op.drop_column("campaign", "entries_elsewhere")
    op.drop_column("phase", "purpose")
    op.drop_table("campaign_change")
