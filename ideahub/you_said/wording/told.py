"""A sentence with what is read only when it is shown, and words that several sections use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from ideahub.core.dates import day_words, moment_words
from ideahub.core.i18n import as_markup, in_templates, isolated, sentences
from ideahub.you_said.sentences import FEWEST_PEOPLE, Sentence

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with what is read only when it is shown: the titles, the name of a phase, the
    condition on which an idea was parked, what was won and who won it. Empty where it has none."""

    sentence: Sentence
    timezone: str
    idea: str = ""
    campaign: str = ""
    entry: str = ""
    award: str = ""
    winners: tuple[str, ...] = ()
    condition: str = ""
    phase: str = ""

    def link(self, text: str) -> Markup:
        """The text as a link to the sentence's source."""
        shown = text if isinstance(text, Markup) else isolated(text)
        return Markup('<a href="{}" dir="auto">{}</a>').format(self.sentence.path, shown)

    @property
    def titled(self) -> Markup:
        """The title of the idea or entry, else of the campaign, as the link to the source."""
        return self.link(self.idea or self.entry or self.campaign)

    def number(self, name: str) -> int:
        """A number that the sentence tells; 0 where it is not known."""
        return self.sentence.numbers.get(name, 0)

    def day(self, name: str) -> str:
        """A day that the sentence tells, in words; empty where it is not known."""
        at = self.sentence.times.get(name, "")
        return day_words(date.fromisoformat(at)) if at else ""

    def moment(self, name: str) -> str:
        """A moment that the sentence tells, in words; empty where it is not known."""
        at = self.sentence.times.get(name, "")
        return moment_words(datetime.fromisoformat(at), self.timezone) if at else ""


Words = Callable[[Told], Markup]


def about(message: str) -> Words:
    """A sentence about an idea, with its title as the link."""
    return lambda told: _(message, idea=told.titled)


def and_people(told: Told, figure: Markup) -> Markup:
    """The figure as a link, and of how many people it is; of very few it is not told."""
    count = told.number("people")
    if count:
        people = ngettext("That was %(num)s person.", "Those were %(num)s people.", count)
    else:
        people = _("Those were fewer than %(num)s people.", num=FEWEST_PEOPLE)
    return as_markup(sentences(told.link(figure), people))


def more(told: Told) -> Markup:
    """How many more of a kind there are than are named."""
    return told.link(ngettext("And %(num)s more.", "And %(num)s more.", told.number("more")))


def more_pledges(told: Told) -> Markup:
    """How many more pledges ended so."""
    return told.link(
        ngettext("And %(num)s more pledge.", "And %(num)s more pledges.", told.number("more"))
    )


def more_answers(told: Told) -> Markup:
    """How many more ideas had such an answer."""
    return told.link(
        ngettext(
            "And %(num)s more was answered so.",
            "And %(num)s more were answered so.",
            told.number("more"),
        )
    )
