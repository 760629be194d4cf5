"""The words of sentences on what was asked."""

from markupsafe import Markup

from ideahub.core.i18n import as_markup, in_templates, sentences
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


def _question(told: Told) -> Markup:
    opens, closes = told.moment("opens"), told.moment("closes")
    if opens and closes:
        when = _("From %(opens)s until %(closes)s.", opens=opens, closes=closes)
        return as_markup(sentences(told.titled, when))
    if opens:
        return as_markup(sentences(told.titled, _("Since %(opens)s.", opens=opens)))
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


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.QUESTION: _question,
    SentenceKind.MORE_QUESTIONS: _more_questions,
}
