"""Sound whose truth is known by construction, and the way observers are made to hear it."""
