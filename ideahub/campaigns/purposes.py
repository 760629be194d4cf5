"""What phases are for, and what each begins by accepting."""

from ideahub.campaigns.models import Accepts, Purpose

# What a phase can be made to accept. Entries, judging and budget votes come with the features that
# take them; until then a choice of them would do nothing.
OFFERED = frozenset({Accepts.IDEAS.value, Accepts.VOTES.value, Accepts.CONTRIBUTIONS.value})
PRESETS: dict[Purpose, tuple[Accepts, ...]] = {
    Purpose.IDEAS: (Accepts.IDEAS, Accepts.VOTES, Accepts.CONTRIBUTIONS),
    Purpose.BUILDING: (Accepts.VOTES, Accepts.CONTRIBUTIONS),
    Purpose.VOTING: (Accepts.VOTES,),
    Purpose.JUDGING: (),
    Purpose.DECIDING: (),
    Purpose.PILOT: (),
    Purpose.OTHER: (),
}
# In these the organiser works; they may accept nothing.
FOR_THE_ORGANISER = frozenset({Purpose.JUDGING, Purpose.DECIDING, Purpose.PILOT})
