"""Reels for shot detection: films of twelve kinds whose transitions are known, because they were edited here."""
