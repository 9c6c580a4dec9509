"""The parts of the generate stage: whom to ask, what to ask, in which windows, and how a take comes together."""
