"""The words of sentences on what became of it after the publication."""

from markupsafe import Markup

from ideahub.core.i18n import N_, in_templates
from ideahub.responses.models import Verdict
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words, about

# Translations as HTML, into which links are put.
_ = in_templates.gettext

CHANGED = {
    Verdict.YES: N_("The answer to “%(idea)s” was changed: yes."),
    Verdict.YES_AND: N_("The answer to “%(idea)s” was changed: yes, on conditions."),
    Verdict.NOT_NOW: N_("The answer to “%(idea)s” was changed: not now."),
    Verdict.NO: N_("The answer to “%(idea)s” was changed: no."),
}


def _changed(told: Told) -> Markup:
    return _(CHANGED[Verdict(told.sentence.words[0])], idea=told.titled)


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.WOKEN: about(N_("“%(idea)s” was woken up.")),
    SentenceKind.ANSWER_CHANGED: _changed,
    SentenceKind.PLEDGE_ACCEPTED: about(N_("“%(idea)s” has a new sponsor.")),
    SentenceKind.EXPERIMENT_PLANNED: about(N_("A trial of “%(idea)s” is planned.")),
}
