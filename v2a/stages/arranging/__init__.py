"""The parts of arranging: how backgrounds meet, and how sounds begin and end."""
