"""The words of sentences on what was taken up."""

from markupsafe import Markup

from ideahub.core.i18n import N_, as_markup, bdi, in_templates, listed, sentences
from ideahub.responses.models import Verdict
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words, about, more, more_answers, more_pledges

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
            told.number("builds_adopted"),
        )
    )


def _awarded(told: Told) -> Markup:
    if not told.winners:
        return _(
            "“%(entry)s” won “%(award)s” in “%(challenge)s”.",
            entry=told.titled,
            award=bdi(told.award),
            challenge=bdi(told.campaign),
        )
    return _(
        "“%(entry)s” by %(people)s won “%(award)s” in “%(challenge)s”.",
        entry=told.titled,
        people=listed(bdi(name) for name in told.winners),
        award=bdi(told.award),
        challenge=bdi(told.campaign),
    )


def _more_awarded(told: Told) -> Markup:
    return ngettext(
        "%(num)s more award was given in “%(challenge)s”.",
        "%(num)s more awards were given in “%(challenge)s”.",
        told.number("more"),
        challenge=told.titled,
    )


def _answered_yes(told: Told) -> Markup:
    if Verdict.YES_AND in told.sentence.words:
        return _("“%(idea)s” was answered: yes, on conditions.", idea=told.titled)
    return _("“%(idea)s” was answered: yes.", idea=told.titled)


def _answers(told: Told) -> Markup:
    in_time, late = told.number("on_time"), told.number("late")
    came = ngettext(
        "%(num)s answer that was owed came in time.",
        "%(num)s answers that were owed came in time.",
        in_time,
    )
    were_late = ngettext("%(num)s came late.", "%(num)s came late.", late)
    half = ngettext(
        "Half of them came within %(num)s day.",
        "Half of them came within %(num)s days.",
        told.number("median_days"),
    )
    return as_markup(sentences(told.link(came), were_late if late else Markup(), half))


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.ADOPTED: about(N_("“%(idea)s” has become everyday practice.")),
    SentenceKind.PILOTED: about(N_("“%(idea)s” has become a pilot.")),
    SentenceKind.PROTOTYPED: about(N_("“%(idea)s” has become a prototype.")),
    SentenceKind.SPONSORED: _sponsored,
    SentenceKind.BUILDS_ADOPTED: _builds_adopted,
    SentenceKind.TRIED: about(N_("“%(idea)s” was tried out, and the result is known.")),
    SentenceKind.AWARDED: _awarded,
    SentenceKind.MORE_AWARDED: _more_awarded,
    SentenceKind.PLEDGE_KEPT: about(N_("A pledge for “%(idea)s” was kept.")),
    SentenceKind.PLEDGE_PART_KEPT: about(N_("A pledge for “%(idea)s” was kept in part.")),
    SentenceKind.MORE_KEPT: more_pledges,
    SentenceKind.ANSWERS: _answers,
    SentenceKind.ANSWERED_YES: _answered_yes,
    SentenceKind.MORE_YES: more_answers,
    SentenceKind.MORE_DONE: more,
}
