"""Imports every table, so that the metadata is whole for migrations and foreign keys."""

from ideahub import events
from ideahub.accounts import models as accounts
from ideahub.campaigns import models as campaigns
from ideahub.conversation import models as conversation
from ideahub.db import Base
from ideahub.ideas import models as ideas
from ideahub.pipeline import models as pipeline
from ideahub.sponsorship import models as sponsorship

__all__ = [
    "Base",
    "accounts",
    "campaigns",
    "conversation",
    "events",
    "ideas",
    "pipeline",
    "sponsorship",
]
