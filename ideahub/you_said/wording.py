"""The words of sentences, in the current language, with links to what they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

from babel.dates import format_interval
from markupsafe import Markup

from ideahub.core.dates import day_words, moment_words
from ideahub.core.i18n import N_, as_markup, bdi, in_templates, isolated, listed, sentences
from ideahub.core.languages import locale
from ideahub.responses.models import ReasonKind, Verdict
from ideahub.you_said.scope import Quarter
from ideahub.you_said.sentences import FEWEST_PEOPLE, Section, Sentence, SentenceKind

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with what is read only when it is shown: the titles, and the condition on which
    an idea was parked. Empty where it has none."""

    sentence: Sentence
    timezone: str
    idea: str = ""
    campaign: str = ""
    condition: str = ""

    def link(self, text: str) -> Markup:
        """The text as a link to the sentence's source."""
        shown = text if isinstance(text, Markup) else isolated(text)
        return Markup('<a href="{}" dir="auto">{}</a>').format(self.sentence.path, shown)

    @property
    def titled(self) -> Markup:
        """The title of the idea, else of the campaign, as the link to the source."""
        return self.link(self.idea or self.campaign)

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


def words_of(told: Told) -> Markup:
    """The sentence, with at least one link."""
    return WORDS[told.sentence.kind](told)


def _question(told: Told) -> Markup:
    opens, closes = told.moment("opens"), told.moment("closes")
    if opens and closes:
        return _(
            "%(question)s (from %(opens)s until %(closes)s)",
            question=told.titled,
            opens=opens,
            closes=closes,
        )
    if opens:
        return _("%(question)s (since %(opens)s)", question=told.titled, opens=opens)
    return told.titled


def _more_questions(told: Told) -> Markup:
    more = told.number("more")
    return told.link(
        ngettext(
            "There was %(num)s more challenge or idea box.",
            "There were %(num)s more challenges and idea boxes.",
            more,
        )
    )


def _and_people(told: Told, figure: Markup) -> Markup:
    """The figure as a link, and of how many people it is; of very few it is not told."""
    count = told.number("people")
    if count:
        people = ngettext("That was %(num)s person.", "Those were %(num)s people.", count)
    else:
        people = _("Those were fewer than %(num)s people.", num=FEWEST_PEOPLE)
    return as_markup(sentences(told.link(figure), people))


def _ideas(told: Told) -> Markup:
    count = told.number("ideas")
    return _and_people(
        told, ngettext("%(num)s idea was posted.", "%(num)s ideas were posted.", count)
    )


def _support(told: Told) -> Markup:
    count = told.number("votes")
    return _and_people(
        told,
        ngettext(
            "An idea was supported %(num)s time.", "Ideas were supported %(num)s times.", count
        ),
    )


def _breadth(told: Told) -> Markup:
    return told.link(
        ngettext(
            "Supporters work for %(num)s organisation, or are citizens.",
            "Supporters work for %(num)s organisations, or are citizens.",
            told.number("organisations"),
        )
    )


def _contributions(told: Told) -> Markup:
    count = told.number("contributions")
    figure = ngettext(
        "%(num)s contribution was made to ideas.",
        "%(num)s contributions were made to ideas.",
        count,
    )
    builds = told.number("builds")
    said = ngettext("%(num)s of them was a build.", "%(num)s of them were builds.", builds)
    return as_markup(sentences(_and_people(told, figure), said if builds else Markup()))


def _entries(told: Told) -> Markup:
    count = told.number("entries")
    return _and_people(
        told, ngettext("%(num)s entry was submitted.", "%(num)s entries were submitted.", count)
    )


def _nobody(told: Told) -> Markup:
    return told.link(_("Nobody took part."))


def _supported(told: Told) -> Markup:
    return ngettext(
        "%(num)s person supported “%(idea)s”.",
        "%(num)s people supported “%(idea)s”.",
        told.number("people"),
        idea=told.titled,
    )


def _built_on(told: Told) -> Markup:
    return ngettext(
        "“%(idea)s” was built on %(num)s time.",
        "“%(idea)s” was built on %(num)s times.",
        told.number("builds"),
        idea=told.titled,
    )


def _tags(told: Told) -> Markup:
    place = told.sentence.path
    tags = listed(_tag(place, tag) for tag in told.sentence.words)
    return _("Frequent tags: %(tags)s.", tags=as_markup(tags))


def _tag(place: str, tag: str) -> Markup:
    at = place if "?" in place else "/ideas?"
    return Markup('<a href="{}&amp;tag={}" dir="auto">{}</a>').format(at, quote(tag), tag)


def _about(message: str) -> Callable[[Told], Markup]:
    """A sentence about an idea, with its title as the link."""
    return lambda told: _(message, idea=told.titled)


def _sponsored(told: Told) -> Markup:
    return ngettext(
        "%(num)s pledge stands behind “%(idea)s”.",
        "%(num)s pledges stand behind “%(idea)s”.",
        told.number("pledges"),
        idea=told.titled,
    )


def _builds_adopted(told: Told) -> Markup:
    return told.link(
        ngettext(
            "%(num)s build was taken into the text of an idea.",
            "%(num)s builds were taken into the texts of ideas.",
            told.number("builds"),
        )
    )


def _awarded(told: Told) -> Markup:
    return ngettext(
        "%(num)s award was given in “%(challenge)s”.",
        "%(num)s awards were given in “%(challenge)s”.",
        told.number("awards"),
        challenge=told.titled,
    )


def _more(told: Told) -> Markup:
    return told.link(ngettext("And %(num)s more.", "And %(num)s more.", told.number("more")))


def _more_answers(told: Told) -> Markup:
    return told.link(
        ngettext(
            "And %(num)s more was answered so.",
            "And %(num)s more were answered so.",
            told.number("more"),
        )
    )


def _parked(told: Told) -> Markup:
    if not told.condition:
        return _("“%(idea)s” was parked.", idea=told.titled)
    return _(
        "“%(idea)s” was parked. It wakes when: %(condition)s",
        idea=told.titled,
        condition=bdi(told.condition),
    )


def _not_chosen(told: Told) -> Markup:
    count = told.number("entries")
    if not count:
        return _(
            "Fewer than %(num)s entries for “%(challenge)s” were not chosen.",
            num=FEWEST_PEOPLE,
            challenge=told.titled,
        )
    return ngettext(
        "%(num)s entry for “%(challenge)s” was not chosen.",
        "%(num)s entries for “%(challenge)s” were not chosen.",
        count,
        challenge=told.titled,
    )


def _answered_yes(told: Told) -> Markup:
    if Verdict.YES_AND in told.sentence.words:
        return _("“%(idea)s” was answered: yes, on conditions.", idea=told.titled)
    return _("“%(idea)s” was answered: yes.", idea=told.titled)


REASONS = {
    ReasonKind.COST: N_("“%(idea)s” was declined because of what it costs."),
    ReasonKind.LAW: N_("“%(idea)s” was declined because the law does not allow it."),
    ReasonKind.ALREADY_DONE: N_("“%(idea)s” was declined because it is done already."),
    ReasonKind.EVIDENCE: N_("“%(idea)s” was declined because the evidence is not enough."),
    ReasonKind.PRIORITY: N_("“%(idea)s” was declined because other things come first."),
    ReasonKind.NOT_OURS: N_("“%(idea)s” was declined because it is the task of others."),
}


def _answered_no(told: Told) -> Markup:
    kind = next((one for one in ReasonKind if one in told.sentence.words), None)
    declined = REASONS[kind] if kind else N_("“%(idea)s” was declined.")
    said = _(declined, idea=told.titled)
    if not told.condition:
        return said
    more = _("What would change it: %(condition)s", condition=bdi(told.condition))
    return as_markup(sentences(said, more))


def _answer_due(told: Told) -> Markup:
    return _("An answer to “%(idea)s” is due by %(day)s.", idea=told.titled, day=told.day("on"))


def _overdue(told: Told) -> Markup:
    return _(
        "An answer to “%(idea)s” was due by %(day)s, and is not given yet.",
        idea=told.titled,
        day=told.day("on"),
    )


def _pilot_ends(told: Told) -> Markup:
    day = told.day("on")
    if not day:
        return _("“%(idea)s” is being tried out.", idea=told.titled)
    return _("“%(idea)s” is being tried out until %(day)s.", idea=told.titled, day=day)


def _promise_due(told: Told) -> Markup:
    return _("A pledge for “%(idea)s” is due by %(day)s.", idea=told.titled, day=told.day("on"))


def _phase_opens(told: Told) -> Markup:
    return _(
        "A phase of “%(challenge)s” opens on %(moment)s.",
        challenge=told.titled,
        moment=told.moment("at"),
    )


def _phase_closes(told: Told) -> Markup:
    return _(
        "A phase of “%(challenge)s” closes on %(moment)s.",
        challenge=told.titled,
        moment=told.moment("at"),
    )


def _undecided(told: Told) -> Markup:
    return ngettext(
        "%(num)s person supports “%(idea)s”, and nobody has decided on it yet.",
        "%(num)s people support “%(idea)s”, and nobody has decided on it yet.",
        told.number("people"),
        idea=told.titled,
    )


WORDS: dict[SentenceKind, Callable[[Told], Markup]] = {
    SentenceKind.QUESTION: _question,
    SentenceKind.MORE_QUESTIONS: _more_questions,
    SentenceKind.IDEAS: _ideas,
    SentenceKind.SUPPORT: _support,
    SentenceKind.BREADTH: _breadth,
    SentenceKind.CONTRIBUTIONS: _contributions,
    SentenceKind.ENTRIES: _entries,
    SentenceKind.NOBODY: _nobody,
    SentenceKind.SUPPORTED: _supported,
    SentenceKind.BUILT_ON: _built_on,
    SentenceKind.TAGS: _tags,
    SentenceKind.ADOPTED: _about(N_("“%(idea)s” has become everyday practice.")),
    SentenceKind.PILOTED: _about(N_("“%(idea)s” has become a pilot.")),
    SentenceKind.PROTOTYPED: _about(N_("“%(idea)s” has become a prototype.")),
    SentenceKind.SPONSORED: _sponsored,
    SentenceKind.BUILDS_ADOPTED: _builds_adopted,
    SentenceKind.TRIED: _about(N_("“%(idea)s” was tried out, and the result is known.")),
    SentenceKind.AWARDED: _awarded,
    SentenceKind.ANSWERED_YES: _answered_yes,
    SentenceKind.MORE_YES: _more_answers,
    SentenceKind.MORE_DONE: _more,
    SentenceKind.STOPPED: _about(N_("“%(idea)s” was stopped; what was learned is kept.")),
    SentenceKind.PARKED: _parked,
    SentenceKind.ANSWERED_NO: _answered_no,
    SentenceKind.MORE_NO: _more_answers,
    SentenceKind.NOT_CHOSEN: _not_chosen,
    SentenceKind.MORE_NOT_DONE: _more,
    SentenceKind.ANSWER_DUE: _answer_due,
    SentenceKind.PILOT_ENDS: _pilot_ends,
    SentenceKind.PROMISE_DUE: _promise_due,
    SentenceKind.PHASE_OPENS: _phase_opens,
    SentenceKind.PHASE_CLOSES: _phase_closes,
    SentenceKind.OVERDUE: _overdue,
    SentenceKind.UNDECIDED: _undecided,
    SentenceKind.MORE_UNDECIDED: _more,
    SentenceKind.WOKEN: _about(N_("“%(idea)s” was woken up.")),
    SentenceKind.PLEDGE_ACCEPTED: _about(N_("“%(idea)s” has a new sponsor.")),
    SentenceKind.PLEDGE_KEPT: _about(N_("A pledge for “%(idea)s” was kept.")),
    SentenceKind.PLEDGE_LAPSED: _about(N_("A pledge for “%(idea)s” was not kept in time.")),
    SentenceKind.EXPERIMENT_PLANNED: _about(N_("A trial of “%(idea)s” is planned.")),
}


def section_heading(section: Section) -> str:
    """The heading of a section."""
    return _(HEADINGS[section])


HEADINGS = {
    Section.ASKED: N_("What was asked"),
    Section.PART: N_("Who took part"),
    Section.SAID: N_("What was said most"),
    Section.DONE: N_("What was taken up"),
    Section.NOT_DONE: N_("What was not taken up, and why"),
    Section.NEXT: N_("What happens next, and when"),
    Section.OPEN: N_("What is still open"),
    Section.COUNTED: N_("The figures by challenge"),
}


def quarter_words(quarter: Quarter) -> str:
    """The quarter as people say it: "July to September 2026"."""
    first, last = quarter.starts_on, quarter.next.starts_on - timedelta(days=1)
    return format_interval(first, last, "yMMMM", locale=locale())
