"""What each measure is called, what it does, and to which texts it can be applied."""

from datetime import timedelta

from ideahub.core.i18n import _
from ideahub.moderation.models import Measure, ModerationCase, TextKind
from ideahub.moderation.redacting import KEPT
from ideahub.moderation.suspending import MOST_DAYS, SuspendedFrom
from ideahub.moderation.written_rows import ROOTS

# Those that an author can appeal against, once.
APPEALABLE = frozenset(
    {
        Measure.HIDE,
        Measure.RETURN,
        Measure.EDIT,
        Measure.MASK,
        Measure.WARN,
        Measure.SUSPEND,
    }
)
# How long each can be appealed: half a year, as European law asks of platforms. What was masked is
# kept no longer than KEPT, and a suspension can be appealed as long as it may last.
APPEAL_WITHIN = {
    **dict.fromkeys(APPEALABLE, timedelta(days=183)),
    Measure.MASK: KEPT,
    Measure.SUSPEND: timedelta(days=MOST_DAYS),
}
# Those that need a rule, which the author is told.
BY_RULE = APPEALABLE
# Their authors can change them while nobody else sees them, and send them again.
SENT_AGAIN = frozenset({TextKind.IDEA, TextKind.CONTRIBUTION})
# An entry is none of them: it counts as it was submitted, which its receipt proves.
WITH_WORDS = frozenset(ROOTS)
OF_TEXTS = frozenset({Measure.HIDE, Measure.RETURN, Measure.EDIT, Measure.MASK, Measure.RELEASE})


def measures_for(case: ModerationCase) -> list[Measure]:
    """What can be decided in this case, the mildest first."""
    everywhere = [Measure.WARN, Measure.SUSPEND]
    kind = case.text_kind
    first = Measure.RELEASE if case.held_at else Measure.NONE
    if kind in SENT_AGAIN:
        return [first, Measure.RETURN, Measure.MASK, Measure.EDIT, Measure.HIDE, *everywhere]
    if kind in WITH_WORDS:
        return [first, Measure.MASK, Measure.EDIT, Measure.HIDE, *everywhere]
    if kind == TextKind.CHANGE:
        return [first, Measure.HIDE, *everywhere]
    return [first, *everywhere]


def measure_name(measure: Measure) -> str:
    """What a moderator chooses, in the current language."""
    return {
        Measure.NONE: _("Leave it as it is"),
        Measure.RELEASE: _("Publish it"),
        Measure.HIDE: _("Hide it"),
        Measure.RETURN: _("Give it back to its author"),
        Measure.EDIT: _("Take parts out"),
        Measure.MASK: _("Mask personal data"),
        Measure.WARN: _("Warn its author"),
        Measure.SUSPEND: _("Suspend its author"),
        Measure.UNDO: _("Undo the decision"),
    }[measure]


def measure_choice(measure: Measure, kind: TextKind) -> dict[str, str]:
    """What a moderator chooses for a text of this kind: its value, what it is called, what it
    does."""
    if kind == TextKind.CHANGE and measure == Measure.HIDE:
        label, hint = _("Refuse it"), _("Everyone goes on reading the text as it was.")
    elif kind == TextKind.CHANGE and measure == Measure.RELEASE:
        label, hint = _("Publish it"), _("Everyone reads the changed text from now on.")
    else:
        label, hint = measure_name(measure), measure_hint(measure)
    return {"value": measure.value, "label": label, "hint": hint}


def measure_hint(measure: Measure) -> str:
    """What it does, in the current language."""
    return {
        Measure.NONE: _("Those who reported it are told that it stays."),
        Measure.RELEASE: _("It appears as new now, under its author's name."),
        Measure.HIDE: _("Only its author and moderators see it from now on."),
        Measure.RETURN: _("It is hidden; its author can change it and send it again."),
        Measure.EDIT: _("A mark stands in their place, in every revision; the original is kept."),
        Measure.MASK: _("A mark stands in its place; the original is deleted after 30 days."),
        Measure.WARN: _("The text stays. Its author is told what the rule is."),
        Measure.SUSPEND: _(
            "The text stays. Its author can read, but not write or vote, for a time, in the place "
            "that you choose."
        ),
        Measure.UNDO: _("Everything is as it was before."),
    }[measure]


def place_name(place: SuspendedFrom) -> str:
    """From where a moderator suspends somebody, in the current language."""
    return {
        SuspendedFrom.CAMPAIGN: _("This challenge or idea box only"),
        SuspendedFrom.ORGANISATION: _("All challenges and idea boxes of the organisation"),
        SuspendedFrom.SITE: _("The whole site"),
    }[place]


def measure_done(measure: Measure) -> str:
    """What became of a text, in the words of its author's page and of the public log."""
    return {
        Measure.NONE: _("Left as it is"),
        Measure.RELEASE: _("Published"),
        Measure.HIDE: _("Hidden"),
        Measure.RETURN: _("Given back to be changed"),
        Measure.EDIT: _("Parts taken out"),
        Measure.MASK: _("Personal data masked"),
        Measure.WARN: _("Author warned"),
        Measure.SUSPEND: _("Author suspended"),
        Measure.UNDO: _("Decision undone"),
    }[measure]
