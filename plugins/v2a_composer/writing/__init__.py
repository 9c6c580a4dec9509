"""From a request to notes: `plans.plan_for` says what is to be composed, `scoring.compose` writes the score."""
