"""Arithmetic on sound: levels, fades, pan, filters, ducking, loudness, limiter, stretch. Public for plugins."""
