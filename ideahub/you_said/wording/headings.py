"""The headings of sections, and the names of quarters."""

from datetime import timedelta

from babel.dates import format_interval

from ideahub.core.i18n import N_, _
from ideahub.core.languages import locale
from ideahub.you_said.scope import Quarter
from ideahub.you_said.sentences import Section

HEADINGS = {
    Section.ASKED: N_("What was asked"),
    Section.PART: N_("Who took part"),
    Section.SAID: N_("What was said most"),
    Section.DONE: N_("What was taken up"),
    Section.NOT_DONE: N_("What was not taken up, and why"),
    Section.NEXT: N_("What happens next, and when"),
    Section.OPEN: N_("What is still open"),
    Section.COUNTED: N_("The figures"),
}


def section_heading(section: Section) -> str:
    """The heading of a section."""
    return _(HEADINGS[section])


def quarter_words(quarter: Quarter) -> str:
    """The quarter as people say it: "July to September 2026"."""
    first, last = quarter.starts_on, quarter.next.starts_on - timedelta(days=1)
    return format_interval(first, last, "yMMMM", locale=locale())
