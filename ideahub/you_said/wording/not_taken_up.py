"""The words of sentences on what was not taken up, and why."""

from markupsafe import Markup

from ideahub.core.i18n import N_, as_markup, bdi, in_templates, sentences
from ideahub.responses.models import ReasonKind, Verdict
from ideahub.you_said.sentences import FEWEST_PEOPLE, SentenceKind
from ideahub.you_said.wording.told import Told, Words, about, more, more_answers, more_pledges

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


def _parked(told: Told) -> Markup:
    if not told.condition:
        return _("“%(idea)s” was parked.", idea=told.titled)
    return _(
        "“%(idea)s” was parked. It wakes when: %(condition)s",
        idea=told.titled,
        condition=bdi(told.condition),
    )


def _answered_no(told: Told) -> Markup:
    kind = next((one for one in ReasonKind if one in told.sentence.words), None)
    declined = REASONS[kind]
    if Verdict.NOT_NOW in told.sentence.words:
        declined = NOT_NOW.get(kind, declined)
    said = _(declined, idea=told.titled)
    if not told.condition:
        return said
    more = _("What would change it: %(condition)s", condition=bdi(told.condition))
    return as_markup(sentences(said, more))


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


REASONS = {
    None: N_("“%(idea)s” was declined."),
    ReasonKind.COST: N_("“%(idea)s” was declined because of what it costs."),
    ReasonKind.LAW: N_("“%(idea)s” was declined because the law does not allow it."),
    ReasonKind.ALREADY_DONE: N_("“%(idea)s” was declined because it is done already."),
    ReasonKind.EVIDENCE: N_("“%(idea)s” was declined because the evidence is not enough."),
    ReasonKind.PRIORITY: N_("“%(idea)s” was declined because other things come first."),
    ReasonKind.NOT_OURS: N_("“%(idea)s” was declined because it is the task of others."),
}
NOT_NOW = {
    None: N_("“%(idea)s” is not done now."),
    ReasonKind.COST: N_("“%(idea)s” is not done now because of what it costs."),
    ReasonKind.LAW: N_("“%(idea)s” is not done now because the law does not allow it."),
    ReasonKind.EVIDENCE: N_("“%(idea)s” is not done now because the evidence is not enough."),
    ReasonKind.PRIORITY: N_("“%(idea)s” is not done now because other things come first."),
}

WORDS: dict[SentenceKind, Words] = {
    SentenceKind.STOPPED: about(N_("“%(idea)s” was stopped; what was learned is kept.")),
    SentenceKind.PARKED: _parked,
    SentenceKind.PLEDGE_LAPSED: about(N_("A pledge for “%(idea)s” was not kept in time.")),
    SentenceKind.MORE_LAPSED: more_pledges,
    SentenceKind.ANSWERED_NO: _answered_no,
    SentenceKind.MORE_NO: more_answers,
    SentenceKind.NOT_CHOSEN: _not_chosen,
    SentenceKind.MORE_NOT_DONE: more,
}
