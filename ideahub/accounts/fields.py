"""Kinds of form fields that only accounts have: an address, a password, a code, a domain."""

from collections.abc import Callable
from typing import Any

from ideahub.accounts.addresses import MAX_ADDRESS, MAX_DOMAIN, clean_address, clean_domain
from ideahub.accounts.codes import clean_code
from ideahub.accounts.password_rules import LONGEST
from ideahub.accounts.returning import LONGEST as LONGEST_PATH
from ideahub.accounts.returning import kept_path
from ideahub.forms import Form, Unusable, own_field
from ideahub.i18n import _
from ideahub.refusals import Invalid


def address_field() -> Any:
    """A mail address; never empty."""
    return _field(clean_address, required=True, most=MAX_ADDRESS)


def domain_field() -> Any:
    """A mail domain, or nothing."""
    return _field(clean_domain, most=MAX_DOMAIN)


def code_field(*, required: bool = True) -> Any:
    """A code from a mail, however it was copied."""
    return _field(clean_code, required=required)


def secret_field(*, required: bool = False) -> Any:
    """A password: every character counts, white space too."""

    def parse(typed: str) -> str:
        if len(typed) > LONGEST:
            raise Unusable(_("Use at most %s characters.") % LONGEST)
        return typed

    return _field(parse, required=required, most=LONGEST)


def return_field() -> Any:
    """Where to go afterwards; what is no page of this site is left out without a word."""
    return _field(kept_path, most=LONGEST_PATH)


def say_what_is_missing(form: Form[Any], **sentences: str) -> None:
    """Says of each empty field what belongs there, so that the list of errors can be read."""
    for name, sentence in sentences.items():
        if form.error(name) and not str(form.value(name)).strip():
            form.errors[name] = sentence


def _field(clean: Callable[[str], str], *, required: bool = False, most: int = 0) -> Any:
    def parse(typed: str) -> str:
        try:
            return clean(typed)
        except Invalid as problem:
            raise Unusable(problem.reason) from None

    return own_field(parse, "", required=required, most=most)
