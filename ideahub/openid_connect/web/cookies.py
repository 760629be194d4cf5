"""The cookies of sign-ins at providers: the browser's secret, and what waits to be connected."""

from typing import Any

from litestar import Response

from ideahub.core.config import Config
from ideahub.http.cookies import read_cookies, set_cookie
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import config_of

# As long as a session may last, so that one can sign out at the provider as well.
SECRET_SECONDS = 30 * 24 * 60 * 60
CONNECTION_SECONDS = 30 * 60


def openid_cookie(config: Config) -> str:
    """The name of the cookie with the secret of a browser that signs in at providers."""
    return "__Host-openid" if config.secure else "ideahub_openid"


def connection_cookie(config: Config) -> str:
    """The name of the cookie with the token of what waits to be connected."""
    return "__Host-connection" if config.secure else "ideahub_connection"


def openid_secret(request: AnyRequest) -> str | None:
    """The browser's secret, if it has one."""
    return read_cookies(request).get(openid_cookie(config_of(request)))


def connection_token(request: AnyRequest) -> str | None:
    """The token of what waits to be connected in this browser, if any."""
    return read_cookies(request).get(connection_cookie(config_of(request)))


def keep_openid_secret(request: AnyRequest, response: Response[Any], secret: str) -> None:
    """Sets the browser's secret."""
    config = config_of(request)
    set_cookie(response, config, openid_cookie(config), secret, SECRET_SECONDS)


def keep_connection_token(request: AnyRequest, response: Response[Any], token: str) -> None:
    """Sets the token of what waits to be connected; an empty one deletes it."""
    config = config_of(request)
    seconds = CONNECTION_SECONDS if token else 0
    set_cookie(response, config, connection_cookie(config), token, seconds)
