"""The ways in which we prove to a provider that it is we who ask, by their standard names."""

from enum import StrEnum


class ProvesItselfBy(StrEnum):
    """How this site proves itself at the provider's token endpoint."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    PRIVATE_KEY = "private_key_jwt"
    NOTHING = "none"
