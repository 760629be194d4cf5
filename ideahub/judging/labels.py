"""The words on screen for conflicts, scales, comments, and the states of judges and scorecards."""

from ideahub.core.i18n import _, ngettext
from ideahub.judging.models import Commenting, ConflictCategory, Scale

Choice = dict[str, str]


def conflict_labels() -> dict[str, str]:
    """What each category of a conflict of interest is called, by its value."""
    return {
        ConflictCategory.FAMILY.value: _("Family, or we live together"),
        ConflictCategory.FRIENDSHIP.value: _("Friendship"),
        ConflictCategory.EMPLOYER.value: _("We work or worked for the same employer"),
        ConflictCategory.COLLABORATION.value: _("We worked on something together"),
        ConflictCategory.FINANCIAL.value: _("Money: a contract, a share, an offer"),
        ConflictCategory.RIVALRY.value: _("We compete, or are in a dispute"),
        ConflictCategory.HELPED.value: _("I helped with this entry"),
        ConflictCategory.OTHER.value: _("Something else"),
    }


def conflict_choices() -> list[Choice]:
    """The same to choose from."""
    return [{"value": value, "label": label} for value, label in conflict_labels().items()]


def scale_choices() -> list[Choice]:
    """The kinds of scales to choose from."""
    return [
        {"value": Scale.POINTS.value, "label": _("Points")},
        {"value": Scale.RATING.value, "label": _("Rating with labels")},
        {"value": Scale.YES_NO.value, "label": _("Yes or no")},
    ]


def commenting_choices() -> list[Choice]:
    """Whether judges comment on a criterion."""
    return [
        {"value": Commenting.OPTIONAL.value, "label": _("May be written")},
        {"value": Commenting.REQUIRED.value, "label": _("Has to be written")},
        {"value": Commenting.NONE.value, "label": _("No comment")},
    ]


def reading_choices() -> list[Choice]:
    """Whether judges see who is behind an entry, each with what it means."""
    return [
        {
            "value": "blind",
            "label": _("Without names"),
            "hint": _(
                "Judges see no names, organisations or file names, and each reads in an "
                "order of their own."
            ),
        },
        {
            "value": "named",
            "label": _("With names"),
            "hint": _("Judges see who is behind each entry."),
        },
    ]


def uncovered_words(why: str, in_conflict: int) -> str:
    """Why an entry has too few judges."""
    if why == "few_judges":
        return _("There are too few judges.")
    return ngettext(
        "%(num)s judge has a conflict of interest.",
        "%(num)s judges have a conflict of interest.",
        in_conflict,
    )
