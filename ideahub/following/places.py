"""Where a deed on an idea can be read: the very place on its page, or the page of what it is
about."""

from ideahub.core.events import Kind

ON_CONTRIBUTIONS = frozenset(
    {Kind.CONTRIBUTION_MADE, Kind.CONTRIBUTION_THANKED, Kind.CONTRIBUTION_ADOPTED}
)
# What stands on the idea's page; other pledges have only their own.
ON_PLEDGES = frozenset({Kind.PLEDGE_ACCEPTED, Kind.PLEDGE_KEPT, Kind.PLEDGE_PART_KEPT})
OTHER_PLEDGES = frozenset(
    {Kind.PLEDGE_OFFERED, Kind.PLEDGE_DECLINED, Kind.PLEDGE_WITHDRAWN, Kind.PLEDGE_LAPSED}
)
ON_EXPERIMENTS = frozenset({Kind.EXPERIMENT_PLANNED, Kind.EXPERIMENT_CONCLUDED})
DECISIONS = frozenset(
    {
        Kind.STAGE_ADVANCED,
        Kind.STAGE_HELD,
        Kind.STAGE_SENT_BACK,
        Kind.IDEA_STOPPED,
        Kind.IDEA_PARKED,
        Kind.IDEA_WOKEN,
    }
)
ANSWERS = frozenset({Kind.RESPONSE_GIVEN, Kind.RESPONSE_CHANGED})


def place_of(kind: Kind, idea_id: int, subject_id: int, revision: int = 0) -> str:
    """The address of what a deed of this kind did. `subject_id` is the row that its event is about,
    `revision` the revision of the text that came of it; 0: not known."""
    idea = f"/ideas/{idea_id}"
    if kind == Kind.IDEA_REVISED:
        return f"{idea}/history/{revision}" if revision else f"{idea}/history"
    if kind in ANSWERS:
        return f"{idea}#idea-{idea_id}-response"
    for kinds, place in (
        (ON_CONTRIBUTIONS, f"/contributions/{subject_id}"),
        (ON_PLEDGES, f"{idea}#pledge-{subject_id}"),
        (OTHER_PLEDGES, f"/pledges/{subject_id}"),
        (ON_EXPERIMENTS, f"/experiments/{subject_id}"),
        (DECISIONS, f"{idea}#review-{subject_id}"),
    ):
        if kind in kinds and subject_id:
            return place
    return idea
