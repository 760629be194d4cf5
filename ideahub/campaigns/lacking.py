"""What a campaign still lacks, by section: its own steps, and what other features find. Publication
waits for some of it; the rest can be done later, before a phase opens."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import missing
from ideahub.campaigns.labels import step_labels
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseNow, PhaseState, phases_now
from ideahub.core.dates import moment_words
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.setting_up import Due, FindLacks, Lack


class Lacks(NamedTuple):
    """What has to be filled in before publication, and what can be done later."""

    needed: list[Lack]
    later: list[Lack]


class LackingSentence(NamedTuple):
    """A sentence that says what to do, with the address of the page where it is done, and by when;
    `when` is empty where publication waits for it, and `late` says that it should have been done by
    now."""

    text: str
    address: str
    when: str
    late: bool


class SectionLacks(NamedTuple):
    """All that one section lacks."""

    section: str
    sentences: list[LackingSentence]


# In the order of the features. Filled by features.py.
FURTHER_LACKS: list[FindLacks] = []


async def lacks_of(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow] | None = None
) -> Lacks:
    """What is missing, the steps of setting up first; `phases` are the campaign's, where they are
    known. What is over lacks nothing any more."""
    labels = step_labels()
    names = {step.value: label for step, label in labels.items()}
    known = await phases_now(db, campaign.id) if phases is None else phases
    own = missing(campaign, known)
    found = [
        Lack(names[step], f"/management/{campaign.id}/{step}", sentence) for step, sentence in own
    ]
    if campaign.archived_at is None and not campaign.entries_elsewhere:
        for find in FURTHER_LACKS:
            found += await find(db, campaign, known)
    return Lacks([one for one in found if not one.due], [one for one in found if one.due])


def ahead(phases: Sequence[PhaseNow], wanted: str) -> list[PhaseNow]:
    """The phases that accept this and are not over; for these something can still be set up."""
    return [one for one in phases if wanted in one.accepts and one.state is not PhaseState.PAST]


def due_before(phase: PhaseNow) -> Due:
    """That something has to be done before this phase opens."""
    return Due(phase.name, phase.opens_at, phase.timezone)


def by_section(lacks: Sequence[Lack], phases: Sequence[PhaseNow]) -> list[SectionLacks]:
    """The same, the sentences of each section together, in the order of the sections."""
    now = phases[0].now if phases else None
    found: dict[str, SectionLacks] = {}
    for lack in lacks:
        section = found.setdefault(lack.section, SectionLacks(lack.section, []))
        late = bool(now and lack.due and lack.due.at and lack.due.at <= now)
        when = _when(lack.due, late=late) if lack.due else ""
        section.sentences.append(LackingSentence(lack.sentence, lack.address, when, late))
    return list(found.values())


def _when(due: Due, *, late: bool) -> str:
    if due.at is None:
        return _("Before “%(phase)s” opens.", phase=due.phase)
    moment = moment_words(due.at, due.timezone)
    if late:
        return _("“%(phase)s” has been open since %(moment)s.", phase=due.phase, moment=moment)
    return _("Before “%(phase)s” opens on %(moment)s.", phase=due.phase, moment=moment)


async def must_lack_nothing(db: AsyncSession, campaign: Campaign) -> None:
    """Raises Invalid with everything for which publication waits."""
    if lacks := (await lacks_of(db, campaign)).needed:
        raise Invalid(" ".join(lack.sentence for lack in lacks))
