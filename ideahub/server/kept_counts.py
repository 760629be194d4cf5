"""Every kept count beside the rows that it counts: what `ideahub check` compares.

All rows at once: counting anew for each idea takes minutes where there are many.
"""

STANDING = "parent_id is null and withdrawn_at is null and hidden_at is null"

# What it is called; table and column of the count; its rows, by the number of what they are of.
COUNTS = (
    ("votes", "idea.votes_count", "select idea_id from vote"),
    (
        "contributions",
        "idea.contributions_count",
        f"select idea_id from contribution where {STANDING}",  # noqa: S608
    ),
    (
        "builds",
        "idea.builds_count",
        f"select idea_id from contribution where kind = 'build' and {STANDING}",  # noqa: S608
    ),
    (
        # Those of others: one's own afterthoughts are welcome, but do not count.
        "adopted builds",
        "idea.adopted_count",
        """
        select idea_id from contribution join idea on idea.id = idea_id
        where adopted_at is not null and contribution.hidden_at is null
            and contribution.author_id <> idea.author_id""",
    ),
    (
        "sponsors",
        "idea.sponsors_count",
        """
        select idea_id from pledge
        where accepted_at is not null and withdrawn_at is null and lapsed_at is null
        group by idea_id, sponsor_id""",
    ),
    (
        "pledges",
        "idea.pledges_count",
        "select idea_id from pledge where accepted_at is not null and withdrawn_at is null",
    ),
    (
        "ideas",
        "campaign.ideas_count",
        "select campaign_id from idea where withdrawn_at is null and hidden_at is null",
    ),
    ("thanks", "contribution.thanks_count", "select contribution_id from thanks"),
)
FIGURES = """
    select count(*) from (
        select campaign_id, stage from (
            select campaign_id, stage, ideas, votes, contributions, adopted, pledges
            from idea_tally
            union all
            select campaign_id, stage, -1, -votes_count, -contributions_count, -adopted_count,
                -pledges_count
            from idea where withdrawn_at is null and hidden_at is null
        ) as kept_less_counted
        group by campaign_id, stage
        having (sum(ideas), sum(votes), sum(contributions), sum(adopted), sum(pledges))
            <> (0, 0, 0, 0, 0)
    ) as off
"""


def _differing(column: str, rows: str) -> str:
    table = column.partition(".")[0]
    return f"""
        select count(*) from {table} left join (
            select id, count(*) as many from ({rows}) as counted (id) group by id
        ) as counted on counted.id = {table}.id
        where {column} <> coalesce(counted.many, 0)
    """  # noqa: S608  made of the constants above


# For every kept count the query that says how many of them are wrong.
TALLIES = {
    **{name: _differing(column, rows) for name, column, rows in COUNTS},
    "figures of challenges and idea boxes": FIGURES,
}
