"""Answers to many ideas at once, and crossings of the threshold noted as they happen"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0046"

MOMENT = sa.DateTime(timezone=True)
# The organisations of those who support an idea, and of those who built on it; all citizens are one.
BREADTH = """
create function idea_breadth(of_idea bigint) returns bigint language sql stable as $$
select count(*) from (
    select organisation_id from idea_support where idea_id = of_idea and votes > 0
    union
    select coalesce(person.organisation_id, 0) from contribution
    join idea on idea.id = contribution.idea_id
    join person on person.id = contribution.author_id
    where contribution.idea_id = of_idea and contribution.kind = 'build'
        and contribution.parent_id is null and contribution.author_id <> idea.author_id
        and contribution.withdrawn_at is null and contribution.hidden_at is null
) as organisations
$$
"""
# Votes are summed from `idea_support`, as `votes_count` may be written before or after.
NOTE = """
create function note_threshold_crossings(of_ideas bigint[]) returns void language sql as $$
insert into threshold_crossing (idea_id, rule_id, supporters, organisations)
select idea.id, reply_rule.id, counted.supporters, idea_breadth(idea.id)
from idea
join reply_rule on reply_rule.campaign_id = idea.campaign_id and reply_rule.ended_at is null
cross join lateral (
    select coalesce(sum(votes), 0) as supporters from idea_support where idea_id = idea.id
) as counted
where idea.id = any(of_ideas)
    and not exists (select from threshold_crossing where idea_id = idea.id)
    and not exists (
        select from passed_before where rule_id = reply_rule.id and idea_id = idea.id)
    and counted.supporters >= reply_rule.supporters
    and (reply_rule.organisations <= 1 or idea_breadth(idea.id) >= reply_rule.organisations)
order by idea.id
on conflict do nothing;
update response set wake_reached_at = now()
where idea_id = any(of_ideas) and review_id is not null and woken_at is null
    and wake_reached_at is null and wake_threshold <= case wake_measure
        when 'supporters' then (
            select sum(votes) from idea_support where idea_id = response.idea_id)
        when 'organisations' then (
            select count(*) from idea_support where idea_id = response.idea_id and votes > 0)
    end
$$
"""
OF_SUPPORT = """
create function note_crossings_of_support() returns trigger language plpgsql as $$
declare
    changed bigint[] := array(
        select distinct idea_id from support_now where votes > 0 order by idea_id);
begin
    if changed <> '{}' then
        perform note_threshold_crossings(changed);
    end if;
    return null;
end $$
"""
OF_BUILDS = """
create function note_crossings_of_builds() returns trigger language plpgsql as $$
begin
    perform note_threshold_crossings(array[new.idea_id]);
    return null;
end $$
"""
TRIGGERS = (
    """create trigger note_crossings_inserted after insert on idea_support
    referencing new table as support_now
    for each statement execute function note_crossings_of_support()""",
    """create trigger note_crossings_updated after update on idea_support
    referencing new table as support_now
    for each statement execute function note_crossings_of_support()""",
    """create trigger note_crossings_of_builds
    after insert or update of withdrawn_at, hidden_at on contribution
    for each row when (new.kind = 'build' and new.parent_id is null)
    execute function note_crossings_of_builds()""",
)


def upgrade() -> None:
    _crossings()
    _batches()
    for statement in (BREADTH, NOTE, OF_SUPPORT, OF_BUILDS, *TRIGGERS):
        op.execute(statement)


def _crossings() -> None:
    op.create_table(
        "threshold_crossing",
        sa.Column("idea_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("supporters", sa.BigInteger(), nullable=False),
        sa.Column("organisations", sa.BigInteger(), nullable=False),
        sa.Column("dealt_with_at", MOMENT),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_threshold_crossing_idea_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["reply_rule.id"],
            name="fk_threshold_crossing_rule_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("idea_id", name="pk_threshold_crossing"),
    )
    op.create_index("ix_threshold_crossing_rule_id", "threshold_crossing", ["rule_id"])
    op.create_index(
        "ix_threshold_crossing_open",
        "threshold_crossing",
        ["idea_id"],
        postgresql_where=sa.text("dealt_with_at is null"),
    )
    op.add_column("response", sa.Column("wake_reached_at", MOMENT))
    op.create_index(
        "ix_response_wake_reached",
        "response",
        ["id"],
        postgresql_where=sa.text(
            "review_id is not null and woken_at is null and wake_reached_at is not null"
        ),
    )


def _batches() -> None:
    op.create_table(
        "answer_batch",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger()),
        sa.Column("said", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("written_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("discarded_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_answer_batch_person_id"),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name="fk_answer_batch_prepared_by"),
        sa.PrimaryKeyConstraint("id", name="pk_answer_batch"),
    )
    op.create_index("ix_answer_batch_person_id", "answer_batch", ["person_id"])
    op.create_index("ix_answer_batch_prepared_by", "answer_batch", ["prepared_by"])
    op.create_table(
        "batch_answer",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("idea_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_response", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("said", postgresql.JSONB()),
        sa.Column("looked", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("left_out_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["answer_batch.id"],
            name="fk_batch_answer_batch_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["idea.id"], name="fk_batch_answer_idea_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_batch_answer"),
        sa.UniqueConstraint("batch_id", "idea_id", name="uq_batch_answer_batch_id_idea_id"),
    )
    op.create_index("ix_batch_answer_idea_id", "batch_answer", ["idea_id"])


def downgrade() -> None:
    op.drop_table("batch_answer")
    op.drop_table("answer_batch")
    op.execute("drop trigger note_crossings_of_builds on contribution")
    op.execute("drop trigger note_crossings_updated on idea_support")
    op.execute("drop trigger note_crossings_inserted on idea_support")
    for name in ("of_builds()", "of_support()"):
        op.execute(f"drop function note_crossings_{name}")
    op.execute("drop function note_threshold_crossings(bigint[])")
    op.execute("drop function idea_breadth(bigint)")
    op.drop_index("ix_response_wake_reached", "response")
    op.drop_column("response", "wake_reached_at")
    op.drop_table("threshold_crossing")
