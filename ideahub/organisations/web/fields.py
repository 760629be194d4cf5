"""The kind of form field that only organisations have: a mail domain."""

from typing import Any

from ideahub.http.forms import cleaned
from ideahub.organisations.addresses import MAX_DOMAIN, clean_domain


def domain_field() -> Any:
    """An optional field for a mail domain, see `clean_domain`."""
    return cleaned(clean_domain, most=MAX_DOMAIN)
