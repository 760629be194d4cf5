"""The settings of the provider of sign-ins with which a new site begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ideahub.core.server_address import Misconfigured

PREFIX = "IDEAHUB_OPENID_"


@dataclass(frozen=True, slots=True)
class FirstProvider:
    """As its operator wrote it. Without a secret, the site proves itself by a key of its own."""

    issuer: str
    client_id: str
    organisation: str
    mail_domains: str
    name: str
    client_secret: str = field(default="", repr=False)


def read_first_provider(env: Mapping[str, str]) -> FirstProvider | None:
    """The settings; None where the operator gave no issuer. Raises Misconfigured with the name of
    the first that is missing."""
    if not env.get(f"{PREFIX}ISSUER"):
        return None
    needed = ("ISSUER", "CLIENT_ID", "ORGANISATION", "MAIL_DOMAINS")
    missing = next((one for one in needed if not env.get(f"{PREFIX}{one}", "").strip()), None)
    if missing:
        raise Misconfigured(f"{PREFIX}ISSUER needs {PREFIX}{missing}, too")
    issuer, client_id, organisation, domains = (env[f"{PREFIX}{one}"].strip() for one in needed)
    name = env.get(f"{PREFIX}NAME", "").strip() or organisation
    secret = env.get(f"{PREFIX}CLIENT_SECRET", "")
    return FirstProvider(issuer, client_id, organisation, domains, name, secret)
