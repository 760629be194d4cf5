"""Whenever a process dies that tells people and sends mail, none is lost and none doubled."""

from random import Random

import pytest

from ideahub.core.db import Database
from tests.chaos.killed_senders import shake


@pytest.mark.slow
async def test_none_is_lost_and_none_doubled(committing: Database) -> None:
    url = committing.bind.engine.url.render_as_string(hide_password=False)
    outcome = await shake(url, 8, Random(7))
    assert outcome.holds, outcome
