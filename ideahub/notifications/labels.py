"""The words for kinds of messages and for how people get mail of them."""

from ideahub.core.i18n import _
from ideahub.core.telling import MessageKind
from ideahub.notifications.models import Rhythm


def kind_name(kind: MessageKind) -> str:
    """The name of a kind of messages, in the current language."""
    return {
        MessageKind.DUTY: _("What waits for you"),
        MessageKind.OWN: _("Decisions about what is yours"),
        MessageKind.OUTCOME: _("What became of ideas"),
        MessageKind.ACTIVITY: _("What others add"),
        MessageKind.NEWS: _("News of challenges and idea boxes"),
    }[kind]


def kind_hint(kind: MessageKind) -> str:
    """What belongs to the kind."""
    return {
        MessageKind.DUTY: _("A review, a decision or an answer that others wait for."),
        MessageKind.OWN: _("Answers to what you wrote, entered, asked or pledged."),
        MessageKind.OUTCOME: _("Ideas that you support, built on or follow."),
        MessageKind.ACTIVITY: _("New ideas and contributions in what you follow."),
        MessageKind.NEWS: _("Announcements, dates and rules."),
    }[kind]


def rhythm_name(rhythm: Rhythm) -> str:
    """How mail comes, in the current language."""
    return {
        Rhythm.AT_ONCE: _("At once"),
        Rhythm.DAILY: _("Once a day"),
        Rhythm.WEEKLY: _("Once a week"),
        Rhythm.NEVER: _("Never"),
    }[rhythm]


def thing_kinds() -> dict[str, str]:
    """What the things are that people follow, by how their keys begin."""
    return {
        "campaign": _("A challenge or an idea box"),
        "organisation": _("An organisation"),
        "person": _("A person"),
        "tag": _("A tag"),
        "idea": _("An idea"),
    }
