"""The texts of mails about accounts. They contain nothing that somebody else typed."""

import msgspec

from ideahub.accounts.codes import readable_code
from ideahub.core.i18n import _


class Letter(msgspec.Struct, frozen=True):
    """A mail's subject and text."""

    subject: str
    text: str


def code_letter(code: str, site: str) -> Letter:
    """The mail with a code: the same whether or not the address has an account, so that it does
    not tell. `site` is the address of this site."""
    readable = readable_code(code)
    text = _(
        "Your code for IdeaHub at %(site)s:\n"
        "\n"
        "    %(code)s\n"
        "\n"
        "Type it into the page that asked for it, within 15 minutes. It works once.\n"
        "\n"
        "Nobody from IdeaHub will ever ask you for this code. If you did not ask for it, "
        "somebody mistyped their address: you need not do anything.\n",
        site=site,
        code=readable,
    )
    return Letter(_("%(code)s is your code for IdeaHub", code=readable), text)


def password_letter(site: str) -> Letter:
    """The mail that tells the owner of an account that its password was changed."""
    text = _(
        "The password of your account on IdeaHub at %(site)s was changed just now.\n"
        "\n"
        "If that was you, all is well. If not, sign in with a code at %(site)s/sign-in, set a "
        "new password and sign out everywhere else.\n",
        site=site,
    )
    return Letter(_("Your password on IdeaHub was changed"), text)
