"""Reads the addresses of other servers, such as smtp://name:password@host:587.

People copy passwords into them as they are. An `@`, `/`, `?` or `#` in one is understood, because
the host begins after the last `@`; a `%` is, where it can be told what it means.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from ideahub.core.correctable import Correctable

_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
# The options at the end, ?name=value: an @ in them begins no host.
_OPTIONS = re.compile(r"\?\w+=.*\Z", re.DOTALL)
HOW_TO_WRITE = "write % as %25, @ as %40, : as %3A, / as %2F, ? as %3F and # as %23"


class Misconfigured(Correctable):
    """A setting cannot be used; the message names it and says what it may be."""


class ServerAddress(NamedTuple):
    """An address in its parts; `place` is everything after the credentials."""

    scheme: str
    name: str
    password: str | None
    place: str

    @property
    def written(self) -> str:
        """The address with its name and password written as a URL wants them."""
        if not self.name and self.password is None:
            return f"{self.scheme}://{self.place}"
        password = "" if self.password is None else f":{quote(self.password, safe='')}"
        return f"{self.scheme}://{quote(self.name, safe='')}{password}@{self.place}"


def server_address(setting: str, url: str) -> ServerAddress:
    """The parts of the address in a setting.

    Raises Misconfigured, with the setting's name and without the password, where a `%` in the name
    or password can mean two things.
    """
    scheme, _separator, rest = url.strip().partition("://")
    options = found[0] if (found := _OPTIONS.search(rest)) else ""
    credentials, at, place = rest.removesuffix(options).rpartition("@")
    if not at:
        return ServerAddress(scheme.lower(), "", None, rest)
    name, colon, password = credentials.partition(":")
    return ServerAddress(
        scheme.lower(),
        _meant(setting, name),
        _meant(setting, password) if colon else None,
        place + options,
    )


def _meant(setting: str, typed: str) -> str:
    escapes = len(_ESCAPE.findall(typed))
    if escapes and typed.count("%") > escapes:
        raise Misconfigured(
            f"{setting}: in the name or password some % begin a code like %40, and some do not, so "
            f"it is not clear what is meant: {HOW_TO_WRITE}"
        )
    return unquote(typed) if escapes else typed
