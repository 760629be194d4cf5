"""Makes the HTML of a mail: one layout for every mail of the site.

Mail programs keep no style sheet at the top of a message in all cases, so what they need is written
onto each element (css-inline); what follows the reader's light or dark stays in a style sheet.
Nothing is loaded from anywhere: no pictures, no fonts, and nothing tells who has read it.
"""

import re
from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ideahub.core.config import WEB, Config
from ideahub.core.mail_content import PARAGRAPH, MailContent
from ideahub.core.mailing import Mailer

TEMPLATE = "mail/layout.jinja"
ADDRESS = re.compile(r"https?://[^\s<>\"“”()]+[^\s<>\"“”().,;:!?]")
# A line that stands by itself, four blanks from the margin: a code to be typed.
ALONE = re.compile(r" {4}(\S.*)")


def mailer_of(config: Config) -> Mailer:
    """Sends mail as plain text and as HTML."""
    return Mailer(config, html_of)


def html_of(content: MailContent) -> str:
    """The whole HTML document of a mail; takes some milliseconds, so it is for a thread."""
    return _inline()(_template().render(mail=content))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = paragraphs
    return environment.get_template(TEMPLATE)


@cache
def _inline() -> Callable[[str], str]:
    # Imported late: only the process that sends mail needs it.
    import css_inline

    inliner = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
    )
    return inliner.inline


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs, whose addresses are links, and whose codes stand out."""
    return Markup("").join(_paragraph(one) for one in PARAGRAPH.split(text.strip("\n")) if one)


def _paragraph(text: str) -> Markup:
    if alone := ALONE.fullmatch(text):
        return Markup('<p class="code" dir="ltr">{}</p>').format(alone[1])
    return Markup('<p dir="auto">{}</p>').format(_linked(text))


def _linked(text: str) -> Markup:
    found, end = Markup(""), 0
    for match in ADDRESS.finditer(text):
        found += _in_lines(text[end : match.start()])
        found += Markup('<a href="{0}" dir="ltr">{0}</a>').format(match[0])
        end = match.end()
    return found + _in_lines(text[end:])


def _in_lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
