"""What phases are for, and what each begins by accepting."""

from ideahub.campaigns.models import Accepts, Purpose

# What a phase can be made to accept. Budget votes come with the feature that takes them; until then
# a choice of them would do nothing.
OFFERED = frozenset(
    {
        Accepts.IDEAS.value,
        Accepts.VOTES.value,
        Accepts.CONTRIBUTIONS.value,
        Accepts.ENTRIES.value,
        Accepts.SCORING.value,
        Accepts.PUBLIC_VOTING.value,
    }
)
# What whoever may see the challenge can do; judging is for those who are invited to it.
FOR_PEOPLE = (
    Accepts.IDEAS,
    Accepts.VOTES,
    Accepts.CONTRIBUTIONS,
    Accepts.ENTRIES,
    Accepts.PUBLIC_VOTING,
)
# With one of these a challenge has something to judge or to choose from.
FOR_BEGINNING = frozenset({Accepts.IDEAS.value, Accepts.ENTRIES.value})
PRESETS: dict[Purpose, tuple[Accepts, ...]] = {
    Purpose.IDEAS: (Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS),
    Purpose.BUILDING: (Accepts.VOTES, Accepts.CONTRIBUTIONS),
    Purpose.VOTING: (Accepts.VOTES,),
    Purpose.ENTRIES: (Accepts.ENTRIES,),
    Purpose.JUDGING: (Accepts.SCORING,),
    Purpose.DECIDING: (),
    Purpose.PILOT: (),
    Purpose.OTHER: (),
}
# In these the organiser works; they may accept nothing.
FOR_THE_ORGANISER = frozenset({Purpose.JUDGING, Purpose.DECIDING, Purpose.PILOT})
