"""The words of sentences on what is still open."""

from markupsafe import Markup

from ideahub.core.i18n import in_templates
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words, more

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


def _overdue(told: Told) -> Markup:
    return _(
        "An answer to “%(idea)s” was due by %(day)s, and is not given yet.",
        idea=told.titled,
        day=told.day("on"),
    )


def _undecided(told: Told) -> Markup:
    return ngettext(
        "%(num)s person supports “%(idea)s”, and nobody has decided on it yet.",
        "%(num)s people support “%(idea)s”, and nobody has decided on it yet.",
        told.number("people"),
        idea=told.titled,
    )


def _more_overdue(told: Told) -> Markup:
    return told.link(
        ngettext(
            "%(num)s more answer is overdue.",
            "%(num)s more answers are overdue.",
            told.number("more"),
        )
    )


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.OVERDUE: _overdue,
    SentenceKind.MORE_OVERDUE: _more_overdue,
    SentenceKind.UNDECIDED: _undecided,
    SentenceKind.MORE_UNDECIDED: more,
}
