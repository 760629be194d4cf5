"""Which letter stands for an idea is kept beside its words, where searches ask for it"""

from alembic import op

revision = "0058"
down_revision = "0052"

# As the migration "Searches that stay quick among a million ideas" has it, with one column more.
FUNCTION = """
create or replace function keep_idea_words() returns trigger language plpgsql as $$
begin
    if new.withdrawn_at is null and new.hidden_at is null then
        insert into idea_words (idea_id, campaign_id, created_at, searched{column})
        values (new.id, new.campaign_id, new.created_at, new.searched || array_to_tsvector(
            array['\\:b' || new.id / 8192, '\\:c' || new.campaign_id, '\\:s' || new.stage]
            || array(select '\\:t' || tag from unnest(new.tags) as tag where tag <> '')){value})
        on conflict (idea_id) do update set campaign_id = excluded.campaign_id,
            created_at = excluded.created_at, searched = excluded.searched{change};
    elsif tg_op = 'UPDATE' then
        delete from idea_words where idea_id = new.id;
    end if;
    return null;
end $$
"""
WITH_LETTER = FUNCTION.format(
    column=", letter_of", value=", new.letter_of", change=", letter_of = excluded.letter_of"
)
WITHOUT_LETTER = FUNCTION.format(column="", value="", change="")
# Writes no words: an update that leaves them as they are changes no index, where its page has room.
LETTER_FUNCTION = """
create or replace function keep_letter_beside_words() returns trigger language plpgsql as $$
begin
    update idea_words set letter_of = new.letter_of
    where idea_id = new.id and letter_of is distinct from new.letter_of;
    return null;
end $$
"""
LETTER_TRIGGER = """
create or replace trigger keep_letter_beside_words after update of letter_of
on idea for each row execute function keep_letter_beside_words()
"""
# Holds the ideas: one that is counted with others meanwhile would get back what it was before.
FILL = """
with letters as (
    select id, letter_of from idea where letter_of is not null order by id for no key update
)
update idea_words set letter_of = letters.letter_of from letters
where idea_words.idea_id = letters.id
and idea_words.letter_of is distinct from letters.letter_of
"""


def upgrade() -> None:
    # Each in a transaction of its own, so that nobody who reads waits while letters are gone
    # through; the triggers first, so that none is missed.
    with op.get_context().autocommit_block():
        op.execute("alter table idea_words add column if not exists letter_of bigint")
        for statement in (WITH_LETTER, LETTER_FUNCTION, LETTER_TRIGGER, FILL):
            op.execute(statement)


def downgrade() -> None:
    op.execute("drop trigger keep_letter_beside_words on idea")
    op.execute("drop function keep_letter_beside_words()")
    op.execute(WITHOUT_LETTER)
    op.drop_column("idea_words", "letter_of")
