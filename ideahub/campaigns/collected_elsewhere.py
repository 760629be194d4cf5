"""Checks a challenge whose entries are collected at another site."""

from collections.abc import Mapping, Sequence

from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.purposes import FOR_BEGINNING
from ideahub.core import lengths
from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Invalid
from ideahub.core.web_addresses import is_web_address


def tidy_link(typed: str) -> str:
    """The address of another site, without white space around it; raises Invalid for what is none
    that browsers open."""
    url = typed.strip()
    if url and not is_web_address(url):
        raise Invalid(_("Enter an address that begins with https://."))
    if len(url) > lengths.LINK:
        raise Invalid(
            ngettext(
                "Shorten this to %(num)s character; it has %(now)s.",
                "Shorten this to %(num)s characters; it has %(now)s.",
                lengths.LINK,
                now=len(url),
            )
        )
    return url


def elsewhere_problems(url: str, phases: Sequence[PhaseNow]) -> Mapping[str, str]:
    """What has to be mended where entries are collected elsewhere: a sentence for each field."""
    found = {}
    if not url:
        found["external_url"] = _("Say at which address entries are collected.")
    here = next((one for one in phases if FOR_BEGINNING.intersection(one.accepts)), None)
    if here is not None:
        found["entries_elsewhere"] = _(
            "Entries are collected at another site, but the phase “%(name)s” takes ideas or "
            "entries here. Choose one of the two, so that nobody sends theirs to the wrong place.",
            name=here.name,
        )
    return found
