"""Spreads what the demo did in a second over the days of its story.

The casts are for asyncpg, which must know the type of every parameter.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Deeds keep their order, thanks come with what they are for: the first at the beginning, the
# last a quarter of the way back. Working a build into the text takes a step of its own.
SPREAD = """
    update event set created_at = now()
        - make_interval(hours => 5 + mod(cast(:idea_id as int) * 7, 20))
        - make_interval(days => cast(:days as int))
            * (1 - 0.75 * (place.number - 1) / greatest(place.many - 1, 1))
    from (
        select id, sum(steps) over (order by id) as number, sum(steps) over () as many
        from (
            select id, case kind when 'contribution thanked' then 0
                when 'contribution adopted' then 2 else 1 end as steps
            from event where idea_id = cast(:idea_id as bigint)
        ) as deed
    ) as place
    where event.id = place.id
"""
# What happened → the row it happened to gets the deed's time.
FOLLOW = (
    """update idea set
        created_at = now() - make_interval(days => cast(:days as int), hours => 5),
        stage_since = coalesce(
            (select max(created_at) from event where idea_id = cast(:idea_id as bigint) and kind in
                ('stage advanced', 'idea stopped', 'idea parked')),
            now() - make_interval(days => cast(:days as int))),
        rising = rising - cast(:days as int) / 30.0
    where id = cast(:idea_id as bigint)""",
    """update contribution set created_at = event.created_at from event
    where event.subject_id = contribution.id and event.idea_id = contribution.idea_id
        and event.kind = 'contribution made' and contribution.idea_id = cast(:idea_id as bigint)""",
    """update contribution set adopted_at = event.created_at from event
    where event.subject_id = contribution.id and event.idea_id = contribution.idea_id
        and event.kind = 'contribution adopted' and contribution.idea_id = cast(:idea_id as bigint)""",
    """update revision set created_at = coalesce(
        (select created_at from event where event.idea_id = cast(:idea_id as bigint)
            and kind in ('idea revised', 'contribution adopted')
            and (data ->> 'revision')::int = revision.number),
        now() - make_interval(days => cast(:days as int)))
    where revision.idea_id = cast(:idea_id as bigint)""",
    """update review set created_at = event.created_at from event
    where event.subject_id = review.id and event.idea_id = review.idea_id
        and event.kind in ('stage advanced', 'idea stopped', 'idea parked', 'stage held')
        and review.idea_id = cast(:idea_id as bigint)""",
    """update lesson set created_at = (select stage_since from idea where id = cast(:idea_id as bigint))
    where idea_id = cast(:idea_id as bigint)""",
    """update pledge set offered_at = event.created_at from event
    where event.subject_id = pledge.id and event.idea_id = pledge.idea_id
        and event.kind = 'pledge offered' and pledge.idea_id = cast(:idea_id as bigint)""",
    """update pledge set accepted_at = event.created_at from event
    where event.subject_id = pledge.id and event.idea_id = pledge.idea_id
        and event.kind = 'pledge accepted' and pledge.idea_id = cast(:idea_id as bigint)""",
    """update pledge set kept_at = event.created_at from event
    where event.subject_id = pledge.id and event.idea_id = pledge.idea_id
        and event.kind = 'pledge kept' and pledge.idea_id = cast(:idea_id as bigint)""",
    """update experiment set created_at = event.created_at from event
    where event.subject_id = experiment.id and event.idea_id = experiment.idea_id
        and event.kind = 'experiment planned' and experiment.idea_id = cast(:idea_id as bigint)""",
    """update experiment set concluded_at = event.created_at from event
    where event.subject_id = experiment.id and event.idea_id = experiment.idea_id
        and event.kind = 'experiment concluded' and experiment.idea_id = cast(:idea_id as bigint)""",
    """update vote set created_at = now() - make_interval(hours => 3)
        - make_interval(secs => (cast(:days as int) * 86400 * power(random(), 1.4)))
    where idea_id = cast(:idea_id as bigint)""",
)


async def date_back(db: AsyncSession, idea_id: int, days: int) -> None:
    """Lets an idea begin so many days ago, and everything that happened to it follow."""
    await db.flush()
    for statement in (SPREAD, *FOLLOW):
        await db.execute(text(statement), {"idea_id": idea_id, "days": days})
