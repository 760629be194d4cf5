"""What the page of a summary shows, and its preview."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.dates import zone
from ideahub.core.viewer import Viewer
from ideahub.you_said.queries import Addition
from ideahub.you_said.sentences import Section, Sentence
from ideahub.you_said.visible import tell
from ideahub.you_said.web.figure_table import FigureTable, figure_table
from ideahub.you_said.wording import words_of
from ideahub.you_said.wording.headings import section_heading
from ideahub.you_said.wording.told import Told


class ShownSection(NamedTuple):
    """A section of the page; `words_html` is what the manager wrote for it."""

    key: Section
    heading: str
    words_html: str
    sentences: list[Markup]


class ShownAddition(NamedTuple):
    """What was added since, and on which day in the zone of the summary it happened."""

    happened_on: date
    words: Markup


class ShownSummary(NamedTuple):
    """All that the viewer may read of a summary."""

    sections: list[ShownSection]
    additions: list[ShownAddition]
    figures: FigureTable | None


async def shown_summary(
    db: AsyncSession,
    viewer: Viewer,
    sentences: Sequence[Sentence],
    *,
    words_html: Mapping[str, str],
    order: Sequence[str],
    timezone: str,
    additions: Sequence[Addition] = (),
) -> ShownSummary:
    """What the viewer may read: in the current language, with the titles as they are now."""
    everything = [*sentences, *(one.sentence for one in additions)]
    told = {id(one.sentence): one for one in await tell(db, viewer, everything, timezone)}
    kept = [told[id(one)] for one in sentences if id(one) in told]
    return ShownSummary(
        [section for key in order if (section := _section(Section(key), kept, words_html))],
        [
            ShownAddition(_day(one.happened_at, timezone), words_of(told[id(one.sentence)]))
            for one in additions
            if id(one.sentence) in told
        ],
        figure_table([one for one in kept if one.sentence.section is Section.COUNTED]),
    )


def _day(at: datetime, timezone: str) -> date:
    return at.astimezone(zone(timezone)).date()


def _section(
    key: Section, told: Sequence[Told], words_html: Mapping[str, str]
) -> ShownSection | None:
    """The section; None where there is nothing in it. What is still open is always there."""
    sentences = [words_of(one) for one in told if one.sentence.section is key]
    words = words_html.get(key, "")
    if not sentences and not words and key is not Section.OPEN:
        return None
    return ShownSection(key, section_heading(key), words, sentences)
