"""The words of sentences on what happens next, and when."""

from markupsafe import Markup

from ideahub.core.i18n import in_templates
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


def _answer_due(told: Told) -> Markup:
    return _("An answer to “%(idea)s” is due by %(day)s.", idea=told.titled, day=told.day("on"))


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


def _more_due(told: Told) -> Markup:
    return told.link(
        ngettext(
            "%(num)s more answer is due.", "%(num)s more answers are due.", told.number("more")
        )
    )


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.ANSWER_DUE: _answer_due,
    SentenceKind.MORE_DUE: _more_due,
    SentenceKind.PILOT_ENDS: _pilot_ends,
    SentenceKind.PROMISE_DUE: _promise_due,
    SentenceKind.PHASE_OPENS: _phase_opens,
    SentenceKind.PHASE_CLOSES: _phase_closes,
}
