"""The players: a score in, sound in sections out; any window of it comes out as it does from the whole."""
