"""The words of sentences on what became of it after the publication."""

from ideahub.core.i18n import N_
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Words, about

WORDS: dict[SentenceKind, Words] = {
    SentenceKind.WOKEN: about(N_("“%(idea)s” was woken up.")),
    SentenceKind.PLEDGE_ACCEPTED: about(N_("“%(idea)s” has a new sponsor.")),
    SentenceKind.PLEDGE_KEPT: about(N_("A pledge for “%(idea)s” was kept.")),
    SentenceKind.PLEDGE_LAPSED: about(N_("A pledge for “%(idea)s” was not kept in time.")),
    SentenceKind.EXPERIMENT_PLANNED: about(N_("A trial of “%(idea)s” is planned.")),
}
