"""The words on screen for providers."""

from ideahub.core.i18n import N_, _
from ideahub.openid_connect.proofs import ProvesItselfBy

_PROOFS = {
    ProvesItselfBy.BASIC: N_("A secret, in a header (client_secret_basic)"),
    ProvesItselfBy.POST: N_("A secret, in the form (client_secret_post)"),
    ProvesItselfBy.PRIVATE_KEY: N_("A key of this site (private_key_jwt)"),
    ProvesItselfBy.NOTHING: N_("Nothing but PKCE (public client)"),
}


def proofs() -> list[tuple[str, str]]:
    """The ways in which this site proves itself to a provider, with their names."""
    return [(way.value, _(name)) for way, name in _PROOFS.items()]
