"""The words of sentences on what was said most."""

from urllib.parse import quote

from markupsafe import Markup

from ideahub.core.i18n import as_markup, in_templates, listed
from ideahub.you_said.sentences import SentenceKind
from ideahub.you_said.wording.told import Told, Words

# Translations as HTML, into which links are put.
_, ngettext = in_templates.gettext, in_templates.ngettext


def _tag(place: str, tag: str) -> Markup:
    at = f"{place}&" if "?" in place else "/ideas?"
    return Markup('<a href="{}tag={}" dir="auto">{}</a>').format(at, quote(tag), tag)


def _supported(told: Told) -> Markup:
    return ngettext(
        "%(num)s person supported “%(idea)s”.",
        "%(num)s people supported “%(idea)s”.",
        told.number("people"),
        idea=told.titled,
    )


def _built_on(told: Told) -> Markup:
    return ngettext(
        "“%(idea)s” was built on %(num)s time.",
        "“%(idea)s” was built on %(num)s times.",
        told.number("builds"),
        idea=told.titled,
    )


def _tags(told: Told) -> Markup:
    place = told.sentence.path
    tags = listed(_tag(place, tag) for tag in told.sentence.words)
    return _("Frequent tags: %(tags)s.", tags=as_markup(tags))


def _most_voted(told: Told) -> Markup:
    return ngettext(
        "“%(entry)s” got %(num)s vote in the public vote, and no entry got more.",
        "“%(entry)s” got %(num)s votes in the public vote, and no entry got more.",
        told.number("votes"),
        entry=told.titled,
    )


WORDS: dict[SentenceKind, Words] = {
    SentenceKind.SUPPORTED: _supported,
    SentenceKind.BUILT_ON: _built_on,
    SentenceKind.TAGS: _tags,
    SentenceKind.MOST_VOTED: _most_voted,
}
