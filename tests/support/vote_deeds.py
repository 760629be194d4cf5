"""What can be done to public votes, with who may, and votes to try it on; for
test_anothers_deeds.py."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from tests.public_voting.votes import make_vote
from tests.support.cast import Cast
from tests.support.deed import Deed
from tests.support.deeds_of_judging import OVERSEERS

VOTE = "/management/{campaign_id}/vote"
EMPTY = {"campaign_id": "empty_vote", "phase_id": "empty_ballot"}
DEEDS_OF_VOTES = (
    Deed(VOTE + "/{phase_id}/ballot", OVERSEERS, {"do": "all"}, named=EMPTY),
    Deed(VOTE + "/{phase_id}/settings", OVERSEERS, {"votes_each": "3"}, named=EMPTY),
    Deed(
        VOTE + "/entries/{ballot_entry_id}/removal",
        OVERSEERS,
        {"reason": "So."},
        named={"campaign_id": "filled_vote"},
    ),
)


async def make_votes(db: AsyncSession, cast: Cast) -> dict[str, Any]:
    """A vote with three entries on its ballot, and one with an empty ballot."""
    filled, empty = await make_vote(db, cast), await make_vote(db, cast, fill=False)
    return {
        "filled_vote": filled.campaign.id,
        "ballot_entry_id": filled.on_ballot[0].id,
        "empty_vote": empty.campaign.id,
        "empty_ballot": empty.phase.id,
    }
