"""The words on screen for form letters, in the current language."""

from ideahub.core.i18n import _, ngettext
from ideahub.form_letters.assurance import PeopleCount


def who_sent(count: PeopleCount) -> str:
    """How many people of one assurance sent how many of the letters."""
    people = {
        "staff": ngettext(
            "%(num)s member of staff with a proved address",
            "%(num)s members of staff with a proved address",
            count.people,
        ),
        "proved": ngettext(
            "%(num)s person with a proved mail address",
            "%(num)s people with a proved mail address",
            count.people,
        ),
        "unproved": ngettext(
            "%(num)s person who proved no address",
            "%(num)s people who proved no address",
            count.people,
        ),
        "spoken for": ngettext(
            "%(num)s person who cannot be named, for whom a facilitator vouches",
            "%(num)s people who cannot be named, for whom facilitators vouch",
            count.people,
        ),
        "hidden": ngettext(
            "%(num)s person with an account, under a chosen name",
            "%(num)s people with accounts, under chosen names",
            count.people,
        ),
        "imported": ngettext(
            "%(num)s sender in an import: who they are was not checked here",
            "%(num)s senders in an import: who they are was not checked here",
            count.people,
        ),
    }[count.assurance]
    letters = ngettext("%(num)s letter", "%(num)s letters", count.letters)
    return _("%(people)s: %(letters)s", people=people, letters=letters)
