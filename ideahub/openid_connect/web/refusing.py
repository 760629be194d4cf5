"""What people read who could not sign in at a provider."""

from typing import Any

from litestar import Response

from ideahub.core.i18n import _
from ideahub.http.forms import Form
from ideahub.http.pages import AnyRequest, page
from ideahub.http.requests import viewer_now
from ideahub.openid_connect.arriving import CannotSignIn
from ideahub.openid_connect.models import OpenIdProvider


def not_signed_in(provider: OpenIdProvider, error: str) -> CannotSignIn:
    """The refusal where the provider sent somebody back with this error."""
    if error == "access_denied":
        return CannotSignIn(
            _(
                "You did not sign in at %(name)s, or are not allowed to use it for this site. "
                "Try again, or sign in another way.",
                name=provider.name,
            )
        )
    return CannotSignIn(
        _(
            "%(name)s could not sign you in. Try again in a few minutes, or sign in another way.",
            name=provider.name,
        )
    )


async def refused(request: AnyRequest, form: Form[Any], next_url: str) -> Response[Any]:
    """The page that says why nobody is signed in, and leads back to the page to sign in."""
    return page(
        request,
        await viewer_now(request),
        "openid_connect/not_signed_in.html",
        status=form.status,
        reason=form.error("provider"),
        next_url=next_url,
    )
