"""The feature of importing, which only the command line uses."""

from ideahub.feature import Feature

FEATURE = Feature(name="importing")
