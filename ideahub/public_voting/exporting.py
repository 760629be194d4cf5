"""The counts of a vote as a file, for everyone who may see them."""

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import PhaseNow
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.public_voting.counting import CountedEntry, outcome_of
from ideahub.public_voting.labels import ballot_state_label
from ideahub.results.exporting.reading import Cells, Export, Key, Portion


def counts_export(phase: PhaseNow) -> Export:
    """Each entry with its rank, its votes and its share, the best first. Not with its number: in
    the files of a result entries are known by that only, and nobody learns which is which."""
    columns = [_("Place"), _("Title"), _("Votes"), _("Share in per cent"), _("State")]

    async def read(db: AsyncSession, _after: Key | None) -> Portion:
        outcome = await outcome_of(db, phase)
        if outcome is None:
            raise NotFound
        return Portion([_cells(one) for one in outcome.entries], None)

    return Export(columns, [read])


def _cells(one: CountedEntry) -> Cells:
    share = None if one.share is None else round(one.share, 4)
    return [one.rank, one.title, one.votes, share, ballot_state_label(one.state)]
