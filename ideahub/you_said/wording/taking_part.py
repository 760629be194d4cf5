"""The words of sentences on who took part."""

from markupsafe import Markup

from ideahub.core.i18n import as_markup, in_templates, sentences
from ideahub.you_said.sentences import FEWEST_PEOPLE, SentenceKind
from ideahub.you_said.wording.told import Told, Words, and_people

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


def _ideas(told: Told) -> Markup:
    count = told.number("ideas")
    return and_people(
        told, ngettext("%(num)s idea was posted.", "%(num)s ideas were posted.", count)
    )


def _support(told: Told) -> Markup:
    count = told.number("votes")
    return and_people(
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
    return as_markup(sentences(and_people(told, figure), said if builds else Markup()))


def _entries(told: Told) -> Markup:
    count = told.number("entries")
    return and_people(
        told, ngettext("%(num)s entry was submitted.", "%(num)s entries were submitted.", count)
    )


def _nobody(told: Told) -> Markup:
    return told.link(_("Nobody took part."))


def _public_vote(told: Told) -> Markup:
    count = told.number("people")
    if not count:
        return _(
            "Fewer than %(num)s people voted on the entries for “%(challenge)s”.",
            num=FEWEST_PEOPLE,
            challenge=told.titled,
        )
    return ngettext(
        "%(num)s person voted on the entries for “%(challenge)s”.",
        "%(num)s people voted on the entries for “%(challenge)s”.",
        count,
        challenge=told.titled,
    )


def _elsewhere(told: Told) -> Markup:
    return told.link(_("People took part elsewhere, and how many is not known here."))


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.IDEAS: _ideas,
    SentenceKind.SUPPORT: _support,
    SentenceKind.BREADTH: _breadth,
    SentenceKind.CONTRIBUTIONS: _contributions,
    SentenceKind.ENTRIES: _entries,
    SentenceKind.PUBLIC_VOTE: _public_vote,
    SentenceKind.NOBODY: _nobody,
    SentenceKind.ELSEWHERE: _elsewhere,
}
