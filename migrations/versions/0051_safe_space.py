"""People take part without their name"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

MOMENT = sa.DateTime(timezone=True)

OF_PEOPLE = (
    "alter table person add column if not exists unnamed varchar(20)",
    "alter table person add column if not exists through_id bigint",
    "alter table person drop constraint if exists fk_person_through_id",
    """alter table person add constraint fk_person_through_id
    foreign key (through_id) references person (id) not valid""",
    "alter table person validate constraint fk_person_through_id",
    "create index if not exists ix_person_through_id on person (through_id)",
)


def upgrade() -> None:
    # Each in a transaction of its own, so that nobody who reads waits while all people are gone
    # through. Some may be there from a try that failed later.
    with op.get_context().autocommit_block():
        for statement in OF_PEOPLE:
            op.execute(statement)
    for table in ("idea", "contribution"):
        op.add_column(
            table,
            sa.Column(
                "from_experience", sa.Boolean(), server_default=sa.text("false"), nullable=False
            ),
        )
    op.create_table(
        "facilitator",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("named_by", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_facilitator_campaign_id"
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name="fk_facilitator_ended_by"),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name="fk_facilitator_named_by"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_facilitator_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_facilitator"),
    )
    op.create_index("ix_facilitator_campaign_id", "facilitator", ["campaign_id"])
    op.create_index("ix_facilitator_person_id", "facilitator", ["person_id"])
    op.create_index(
        "uq_facilitator_standing",
        "facilitator",
        ["campaign_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "safe_space",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lets_hide", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lets_speak_for", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("days", sa.BigInteger(), server_default=sa.text("365"), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_safe_space_campaign_id"),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name="fk_safe_space_changed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_safe_space"),
    )
    op.create_index("ix_safe_space_campaign_id", "safe_space", ["campaign_id", "id"])
    op.create_table(
        "voice",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(length=40)),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_voice_campaign_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_voice_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_voice"),
        sa.UniqueConstraint("person_id", name="uq_voice_person_id"),
        sa.UniqueConstraint("signature", name="uq_voice_signature"),
    )
    op.create_index("ix_voice_campaign_id", "voice", ["campaign_id"])
    op.create_table(
        "link_look",
        sa.Column("voice_id", sa.BigInteger(), nullable=False),
        sa.Column("looked_by", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("press", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["looked_by"], ["person.id"], name="fk_link_look_looked_by"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], name="fk_link_look_voice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_link_look"),
        sa.UniqueConstraint("looked_by", "press", name="uq_link_look_looked_by_press"),
    )
    op.create_index("ix_link_look_voice_id", "link_look", ["voice_id", "id"])
    op.create_table(
        "voice_link",
        sa.Column("voice_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("written_by", sa.BigInteger()),
        sa.Column("kept_until", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT),
        sa.Column("deleted_why", sa.String(length=20)),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], name="fk_voice_link_voice_id"),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name="fk_voice_link_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_voice_link"),
        sa.UniqueConstraint("voice_id", name="uq_voice_link_voice_id"),
    )
    op.create_index(
        "ix_voice_link_kept_until",
        "voice_link",
        ["kept_until"],
        postgresql_where=sa.text("sealed IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("link_look")
    op.drop_table("voice_link")
    op.drop_table("voice")
    op.drop_table("safe_space")
    op.drop_table("facilitator")
    for table in ("contribution", "idea"):
        op.drop_column(table, "from_experience")
    op.drop_index("ix_person_through_id", "person")
    op.drop_constraint("fk_person_through_id", "person", type_="foreignkey")
    op.drop_column("person", "through_id")
    op.drop_column("person", "unnamed")
