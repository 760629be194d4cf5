"""The feature of moderation: reports, held texts, decisions with reasons, and appeals."""

import ideahub.moderation.models  # noqa: F401
from ideahub.feature import Feature

FEATURE = Feature(
    name="moderation",
)
