"""What a campaign still lacks before it can be published, by section: its own steps, and what other
features find."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import missing
from ideahub.campaigns.labels import step_labels
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.core.refusals import Invalid
from ideahub.core.setting_up import FindLacks, Lack


class SectionLacks(NamedTuple):
    """All that one section lacks, with the address where it is filled in."""

    section: str
    address: str
    sentences: list[str]


# In the order of the features. Filled by features.py.
FURTHER_LACKS: list[FindLacks] = []


async def lacks_of(
    db: AsyncSession, campaign: Campaign, phases: Sequence[PhaseNow] | None = None
) -> list[Lack]:
    """What has to be filled in before publication, the steps of setting up first; `phases` are the
    campaign's, where they are known."""
    labels = step_labels()
    names = {step.value: label for step, label in labels.items()}
    known = await phases_now(db, campaign.id) if phases is None else phases
    own = missing(campaign, known)
    found = [
        Lack(names[step], f"/management/{campaign.id}/{step}", sentence) for step, sentence in own
    ]
    for find in FURTHER_LACKS:
        found += await find(db, campaign)
    return found


def by_section(lacks: Sequence[Lack]) -> list[SectionLacks]:
    """The same, the sentences of each section together, in the order of the sections."""
    found: dict[str, SectionLacks] = {}
    for lack in lacks:
        section = found.setdefault(lack.address, SectionLacks(lack.section, lack.address, []))
        section.sentences.append(lack.sentence)
    return list(found.values())


async def must_lack_nothing(db: AsyncSession, campaign: Campaign) -> None:
    """Raises Invalid with everything that is missing."""
    if lacks := await lacks_of(db, campaign):
        raise Invalid(" ".join(lack.sentence for lack in lacks))
