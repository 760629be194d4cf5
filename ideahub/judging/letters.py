"""The mails to judges. Names of panels and challenges in them were typed by managers."""

from datetime import datetime
from typing import NamedTuple

from ideahub.core.dates import moment_words
from ideahub.core.i18n import _, ngettext


class JudgeLetter(NamedTuple):
    """A mail's subject and text."""

    subject: str
    text: str


def invitation_letter(challenge: str, panel: str, url: str, expires: datetime) -> JudgeLetter:
    """The mail that invites somebody to judge; `url` is the address of the invitation."""
    text = _(
        "You are asked to judge what people entered for “%(challenge)s”, in the panel "
        "“%(panel)s”.\n"
        "\n"
        "Read what is expected, and accept or decline here:\n"
        "\n"
        "    %(url)s\n"
        "\n"
        "You need an account on IdeaHub, with this or another mail address. The invitation is for "
        "you alone; it expires on %(moment)s.\n",
        challenge=challenge,
        panel=panel,
        url=url,
        moment=moment_words(expires),
    )
    return JudgeLetter(_("Will you judge entries for “%(challenge)s”?", challenge=challenge), text)


def assigned_letter(challenge: str, entries: int, due: str, url: str) -> JudgeLetter:
    """The mail that tells a judge of entries to score; `due` is until when, or empty."""
    subject = ngettext(
        "%(num)s entry to score for “%(challenge)s”",
        "%(num)s entries to score for “%(challenge)s”",
        entries,
        challenge=challenge,
    )
    return JudgeLetter(subject, _what_waits(entries, due, url))


def reminder_letter(challenge: str, left: int, due: str, url: str) -> JudgeLetter:
    """The mail to a judge who has entries left to score."""
    subject = ngettext(
        "%(num)s entry is left to score for “%(challenge)s”",
        "%(num)s entries are left to score for “%(challenge)s”",
        left,
        challenge=challenge,
    )
    return JudgeLetter(subject, _what_waits(left, due, url))


def third_reading_letter(challenge: str, due: str, url: str) -> JudgeLetter:
    """The mail that asks a judge to read one more entry, after the panel was closed."""
    text = _(
        "Scoring is closed, and you are asked to read and score one more entry. It is open for you "
        "alone, until %(moment)s:\n"
        "\n"
        "    %(url)s\n",
        moment=due,
        url=url,
    )
    return JudgeLetter(_("One more entry to score for “%(challenge)s”", challenge=challenge), text)


def declaring_letter(challenge: str, url: str) -> JudgeLetter:
    """The mail to a judge who has not declared conflicts of interest yet."""
    text = _(
        "Before you can open any entry, please say with whom you have a conflict of interest. It "
        "takes a few minutes:\n"
        "\n"
        "    %(url)s\n",
        url=url,
    )
    subject = _("Before you judge “%(challenge)s”: conflicts of interest", challenge=challenge)
    return JudgeLetter(subject, text)


def _what_waits(entries: int, due: str, url: str) -> str:
    waits = ngettext(
        "%(num)s entry waits for your scores.", "%(num)s entries wait for your scores.", entries
    )
    until = _("Please finish by %(moment)s.", moment=due) if due else ""
    return f"{waits} {until}".strip() + f"\n\n    {url}\n"
