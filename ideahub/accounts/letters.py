"""The texts of mails about accounts. They contain nothing that somebody else typed."""

import msgspec

from ideahub.accounts.codes import readable_code
from ideahub.core.i18n import _


class Letter(msgspec.Struct, frozen=True):
    """A mail's subject and text."""

    subject: str
    text: str


def code_letter(code: str, site: str, *, link: bool = True) -> Letter:
    """The mail with a code: the same whether or not the address has an account, so that it does
    not tell. `site` is the address of this site; a `link` leads to the page to sign in."""
    readable = readable_code(code)
    paragraphs = [
        _("Your code for IdeaHub at %(site)s:", site=site),
        f"    {readable}",
        _("Type it into the page that asked for it, within 15 minutes. It works once."),
        *(_linked(f"{site}/sign-in/code?code={readable}") if link else ()),
        _(
            "Nobody from IdeaHub will ever ask you for this code. If you did not ask for it, "
            "somebody mistyped their address: you need not do anything."
        ),
    ]
    text = "\n\n".join(paragraphs) + "\n"
    return Letter(_("%(code)s is your code for IdeaHub", code=readable), text)


def _linked(link: str) -> tuple[str, str]:
    return _("Or open this page in the same browser, and press the button there:"), f"    {link}"


def disabled_letter(site: str) -> Letter:
    """The mail in the place of a code to somebody whose account was disabled: the page that asked
    for it does not tell."""
    text = _(
        "Somebody, probably you, asked for a code to sign in to IdeaHub at %(site)s.\n"
        "\n"
        "Your account there was disabled by an administrator, so there is no code. What you wrote "
        "stays. Ask the people who run the site.\n",
        site=site,
    )
    return Letter(_("Your account on IdeaHub cannot be used"), text)
