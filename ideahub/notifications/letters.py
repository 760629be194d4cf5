"""What people are told, as mails: of one thing, and digests of several."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from ideahub.core.i18n import _, ngettext
from ideahub.core.languages import direction, language
from ideahub.core.mail_content import MailContent, MailEntry, MailLink, MailSection, as_text
from ideahub.core.outbox import Mail
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.core.telling import Words
from ideahub.core.text.cleaning import clean_line, shortened
from ideahub.notifications.grouping import Line, NotificationGroup
from ideahub.notifications.rhythms import Subject
from ideahub.notifications.signed_links import DIGESTS, OF_KIND, link_that_ends, what_ends

# Subjects are longer nowhere; nor texts in digests.
LONGEST_SUBJECT, LONGEST_TEXT = 150, 400
PAGE, CHOICES = "/notifications", "/notifications/choices"
NOT_IN_NAMES = re.compile(r"[^a-z0-9-]+")
# What mails about somebody's own account are listed under.
ACCOUNT = "account"


class Post(NamedTuple):
    """What mails need of the site: its address, and the keys with which links are signed."""

    site: Site
    keys: SiteKeys | None


class Receiver(NamedTuple):
    """Whose mail it is."""

    id: int
    email: str


def letter_of(post: Post, to: Receiver, words: Words, subject: Subject | None, number: int) -> Mail:
    """The mail in the current language about one thing; `number` is the notification's. Without a
    subject it cannot be ended: it is about their account."""
    ends = what_ends(subject) if subject else ""
    url = f"{post.site.url}{PAGE}/{number}"
    entry = MailEntry(text=words.text, url=url, action=_("Read it here"))
    line = shortened(_one_line(words.subject), LONGEST_SUBJECT)
    content = _content(post, line, [MailSection([entry])], to, ends, intro=words.letter)
    thread = subject.things[0] if subject and subject.things else ""
    return _mail(post, to, content, ends, thread)


def digest_of(post: Post, to: Receiver, groups: Sequence[NotificationGroup], count: int) -> Mail:
    """The mail in the current language about all of it."""
    heading = ngettext("%(num)s thing is new for you", "%(num)s things are new for you", count)
    sections = [_section(post, group) for group in groups]
    return _mail(post, to, _content(post, heading, sections, to, DIGESTS), DIGESTS, "")


def _section(post: Post, group: NotificationGroup) -> MailSection:
    return MailSection([_entry(post, line) for line in group.lines], group.title or _("For you"))


def _entry(post: Post, line: Line) -> MailEntry:
    # Of several the line says it; the page has the rest.
    text = shortened(line.newest.text, LONGEST_TEXT) if line.size == 1 else ""
    url = f"{post.site.url}{PAGE}/{line.newest.id}"
    return MailEntry(line=_one_line(line.subject), text=text, url=url, action=_("Open"))


def _one_line(text: str) -> str:
    # What isolates a name stays: in an Arabic mail a line that begins with a Latin one would else
    # read from the left.
    return " ".join(text.split())


def _content(
    post: Post,
    heading: str,
    sections: list[MailSection],
    to: Receiver,
    ends: str,
    intro: str = "",
) -> MailContent:
    return MailContent(
        language=language(),
        direction=direction(),
        heading=heading,
        sections=sections,
        intro=intro,
        foot=list(_foot(post, to, ends)),
        site=post.site.url,
    )


def _foot(post: Post, to: Receiver, ends: str) -> Iterable[MailLink]:
    yield MailLink(_("Everything that you were told of"), f"{post.site.url}{PAGE}")
    yield MailLink(_("Choose what you are told, and how often"), f"{post.site.url}{CHOICES}")
    if post.keys and ends:
        yield MailLink(_end_words(ends), post.site.url + link_that_ends(post.keys, to.id, ends))


def _end_words(ends: str) -> str:
    if ends == DIGESTS:
        return _("No more digests")
    return _("No more mail of this kind") if ends.startswith(OF_KIND) else _("No more mail on this")


def _mail(post: Post, to: Receiver, content: MailContent, ends: str, thread: str) -> Mail:
    headers = dict(_headers(post, to, ends, thread))
    text = as_text(content)
    stored = msgspec.to_builtins(content)
    return Mail(to.email, clean_line(content.heading), text, to.id, stored, headers)


def _headers(post: Post, to: Receiver, ends: str, thread: str) -> Iterable[tuple[str, str]]:
    host = urlsplit(post.site.url).hostname or "localhost"
    name = NOT_IN_NAMES.sub("-", (thread or ends or ACCOUNT).lower()).strip("-")
    yield "List-Id", f"<{name}.{host}>"
    if thread:
        # The first mail of a thread is never sent: so each of the others has its place in it.
        for header in ("In-Reply-To", "References"):
            yield header, f"<{name}-for-{to.id}@{host}>"
    if post.keys and ends:
        end = post.site.url + link_that_ends(post.keys, to.id, ends)
        yield "List-Unsubscribe", f"<{end}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
