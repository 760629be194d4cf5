"""The forms of moderation."""

from collections.abc import Iterable
from dataclasses import dataclass

from ideahub.core import lengths
from ideahub.http.forms import choice, line, number, repeated, text
from ideahub.moderation.deciding import Choice
from ideahub.moderation.models import LooksFirst, Measure
from ideahub.moderation.personal_data import OTHER, PersonalPart, suggestions
from ideahub.moderation.suspending import MOST_DAYS, SuspendedFrom


@dataclass
class ReportForm:
    """A report. People do not see `website`, programs fill it in; `moment` is when the form was
    shown, signed."""

    rule: str = line(40, required=True)
    words: str = text(lengths.REASON)
    website: str = line(200)
    moment: str = line(80)


@dataclass
class MeasureForm:
    """What a moderator decides; `parts` are those that were chosen of the suggested ones, `others`
    has more, one in a line. `of` are the cases, where one form decides several; `seen` has the
    number of each case that was shown, a colon, and the fingerprint of its text."""

    measure: Measure | None = choice(Measure, required=True)
    rule: str = line(40)
    words: str = text(lengths.REASON)
    days: int | None = number(1, MOST_DAYS)
    place: SuspendedFrom | None = choice(SuspendedFrom)
    parts: list[str] = repeated(50, 500)
    others: str = text(5_000)
    of: list[str] = repeated(50, 20)
    seen: list[str] = repeated(50, 60)

    def chosen(self, words: str = "") -> Choice:
        """The choice for a text with these words; only for a form without errors."""
        assert self.measure is not None
        return Choice(
            measure=self.measure,
            rule=self.rule,
            words=self.words,
            days=self.days or 0,
            place=self.place,
            parts=_parts(words, self.parts, self.others),
        )

    @property
    def cases(self) -> list[int]:
        """The numbers of the chosen cases."""
        return [int(one) for one in self.of if one.isdecimal()]

    @property
    def fingerprints(self) -> dict[int, str]:
        """Those of the texts as they were shown, by the numbers of their cases."""
        pairs = [one.partition(":") for one in self.seen]
        return {int(case): text for case, _colon, text in pairs if case.isdecimal()}


@dataclass
class OwnMaskForm:
    """What somebody takes out of a text of their own; the fields are as in MeasureForm."""

    parts: list[str] = repeated(50, 500)
    others: str = text(5_000)

    def chosen(self, words: str) -> list[PersonalPart]:
        """The parts to take out of a text with these words."""
        return _parts(words, self.parts, self.others)


def _parts(words: str, chosen: Iterable[str], others: str) -> list[PersonalPart]:
    """The longest first, so that a part of another one does not break it."""
    kinds = {part.text: part.kind for part in suggestions(words)}
    taken = dict.fromkeys((*chosen, *others.splitlines()))
    parts = [PersonalPart(kinds.get(one, OTHER), one) for one in taken if one.strip()]
    return sorted(parts, key=lambda part: -len(part.text))


@dataclass
class UndoForm:
    """Why somebody undoes a decision."""

    words: str = text(lengths.REASON, required=True)


@dataclass
class ObjectionForm:
    """Why a decision is wrong."""

    text: str = text(5_000, required=True)


@dataclass
class AppealAnswerForm:
    """What was decided about an appeal; `upheld` is "yes" where it was right."""

    upheld: str = line(10, required=True)
    reason: str = text(lengths.REASON, required=True)


@dataclass
class RewritingForm:
    """A text that was given back, in its new words; a contribution has only `body`."""

    title: str = line(lengths.TITLE)
    body: str = text(required=True)
    why: str = text()


@dataclass
class LooksFirstForm:
    """Which new texts of a campaign wait for a moderator."""

    looks_first: LooksFirst | None = choice(LooksFirst, required=True)


@dataclass
class WordListForm:
    """A list of words in one language, one in a line."""

    language: str = line(20, required=True)
    words: str = text()


@dataclass
class ConductForm:
    """The rules of conduct as a text: each begins with its name in a line of its own, followed by
    what it says, and ends with an empty line."""

    rules: str = text(10_000, required=True)
    note: str = line(lengths.NOTE)
