"""Score runs, deliberation, appeals, awards and reasons: what comes after the scorecards."""
