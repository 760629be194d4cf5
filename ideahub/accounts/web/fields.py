"""The kinds of form fields that only accounts have: an address, a password, a code."""

from typing import Any

from ideahub.accounts.codes import clean_code
from ideahub.accounts.password_rules import LONGEST, too_long
from ideahub.http.forms import FieldError, cleaned
from ideahub.http.local_paths import LONGEST as LONGEST_PATH
from ideahub.http.local_paths import kept_path
from ideahub.organisations.addresses import MAX_ADDRESS, clean_address


def address_field() -> Any:
    """A required field for a mail address, see `clean_address`."""
    return cleaned(clean_address, required=True, most=MAX_ADDRESS)


def code_field(*, required: bool = True) -> Any:
    """A field for a code from a mail, see `clean_code`."""
    return cleaned(clean_code, required=required)


def secret_field(*, required: bool = False) -> Any:
    """A field for a password, kept exactly as it was typed, with white space."""

    def parse(typed: str) -> str:
        if len(typed) > LONGEST:
            raise FieldError(too_long())
        return typed

    return cleaned(parse, required=required, most=LONGEST)


def return_field() -> Any:
    """A field for the page to go to afterwards; anything but a page of this site becomes empty."""
    return cleaned(kept_path, most=LONGEST_PATH)
