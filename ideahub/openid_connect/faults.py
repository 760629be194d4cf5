"""What people read of a provider that does not work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ideahub.core.i18n import _, sentences
from ideahub.openid_connect.exchanging import RefusedByProvider
from ideahub.openid_connect.fetching import ProviderUnusable
from ideahub.openid_connect.models import OpenIdProvider

log = logging.getLogger(__name__)


@contextmanager
def told_by_name(provider: OpenIdProvider) -> Iterator[None]:
    """Names the provider, by the words on its button, to whoever cannot sign in there because it
    does not work; what exactly is wrong stands behind that, and in the log."""
    try:
        yield
    except RefusedByProvider:
        raise
    except ProviderUnusable as problem:
        log.warning("Nobody can sign in at %s: %s", provider.issuer, problem.reason)
        said = _(
            "%(name)s does not work just now. Try again in a few minutes, or sign in another way.",
            name=provider.name,
        )
        raise ProviderUnusable(sentences(said, problem.reason)) from None
