"""The forms for summaries."""

from dataclasses import dataclass
from typing import Any

from ideahub.core import lengths
from ideahub.core.i18n import in_a_row
from ideahub.http.forms import line, number, text
from ideahub.http.overtaken import opened_field, opened_on
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.sentences import MOVABLE, Section
from ideahub.you_said.wording.headings import section_heading

INTRODUCTION, WORDS = 3_000, 2_000
OWN: dict[Section, str] = {section: f"words_{section}" for section in MOVABLE}
# The fields whose texts two editors can change at once.
TEXTS = ("introduction", *OWN.values(), "order")


@dataclass
class SummaryWordsForm:
    """What a manager writes into a summary. `order` has the sections' names; `do` is the button
    that was pressed: one that moves a section, or that puts two editors' texts together."""

    introduction: str = text(INTRODUCTION)
    words_asked: str = text(WORDS)
    words_part: str = text(WORDS)
    words_said: str = text(WORDS)
    words_done: str = text(WORDS)
    words_not_done: str = text(WORDS)
    words_next: str = text(WORDS)
    words_open: str = text(WORDS)
    order: str = line(200)
    seen: int | None = number(0, 2**62)
    opened: str = opened_field()
    do: str = line(40)

    @property
    def words(self) -> dict[str, str]:
        """What was written for each section."""
        return {section.value: getattr(self, name) for section, name in OWN.items()}

    @property
    def sections(self) -> list[str]:
        """The sections in their order, as far as the form names them."""
        return self.order.split()


@dataclass
class OmissionForm:
    """The sentence that is left out, and why."""

    sentence: str = line(200)
    reason: str = text(lengths.REASON)


@dataclass
class QuarterForm:
    """The quarter, such as 2026-3, and the time zone of its first and last midnight."""

    quarter: str = line(6, required=True)
    timezone: str = line(60, required=True)


@dataclass
class PublishSummaryForm:
    """The summary's `saved` that the publisher looked at."""

    seen: int | None = number(0, 2**62, required=True)


def form_of(summary: OutcomeSummary) -> SummaryWordsForm:
    """The form with what is stored."""
    texts: dict[str, Any] = {
        "introduction": summary.introduction,
        **{name: summary.words.get(section, "") for section, name in OWN.items()},
        "order": " ".join(summary.section_order),
    }
    return SummaryWordsForm(**texts, seen=summary.saved, opened=opened_on(texts, TEXTS))


def in_words(name: str, value: Any) -> str:
    """The text of a field as people read it."""
    if name != "order":
        return str(value)
    known = {section.value for section in MOVABLE}
    return in_a_row(section_heading(Section(key)) for key in str(value).split() if key in known)
