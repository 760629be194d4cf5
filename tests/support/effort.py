"""How much the tests that try things at random or again and again do."""

import os
from typing import TypeVar

Amount = TypeVar("Amount")
THOROUGH = bool(os.environ.get("IDEAHUB_TEST_THOROUGH"))


def effort(usual: Amount, thorough: Amount) -> Amount:
    """What is enough for every day, or with IDEAHUB_TEST_THOROUGH far more: the same assertions
    about more examples."""
    return thorough if THOROUGH else usual
