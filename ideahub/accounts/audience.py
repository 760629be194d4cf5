"""Who sees what of a person, in sentences for the pages where people say who they are."""

from ideahub.core.i18n import _, sentences


def person_seen_by() -> str:
    """Who sees a person's name, and who their address."""
    return sentences(
        _("Whoever sees what you write sees your name, what you do and your organisation there."),
        _("Only you and administrators see your mail address."),
    )


def newcomer_seen_by(*, is_staff: bool) -> str:
    """The same for somebody who joins, and whether their support has a name at first."""
    support = (
        _(
            "Where you support an idea, your name is shown in the idea boxes and challenges for "
            "staff; elsewhere you are counted."
        )
        if is_staff
        else _("Where you support an idea, you are counted and your name is not shown.")
    )
    return sentences(person_seen_by(), support, _("You can choose otherwise at any time."))
