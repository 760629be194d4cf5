"""The words of sentences on what was taken up."""

from markupsafe import Markup

from ideahub.core.i18n import N_, in_templates
from ideahub.responses.models import Verdict
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words, about, more, more_answers

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


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


def _answered_yes(told: Told) -> Markup:
    if Verdict.YES_AND in told.sentence.words:
        return _("“%(idea)s” was answered: yes, on conditions.", idea=told.titled)
    return _("“%(idea)s” was answered: yes.", idea=told.titled)


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.ADOPTED: about(N_("“%(idea)s” has become everyday practice.")),
    SentenceKind.PILOTED: about(N_("“%(idea)s” has become a pilot.")),
    SentenceKind.PROTOTYPED: about(N_("“%(idea)s” has become a prototype.")),
    SentenceKind.SPONSORED: _sponsored,
    SentenceKind.BUILDS_ADOPTED: _builds_adopted,
    SentenceKind.TRIED: about(N_("“%(idea)s” was tried out, and the result is known.")),
    SentenceKind.AWARDED: _awarded,
    SentenceKind.ANSWERED_YES: _answered_yes,
    SentenceKind.MORE_YES: more_answers,
    SentenceKind.MORE_DONE: more,
}
