"""SoundFont 2 and 3: what a font holds, and what it says of a note (SoundFont Technical Specification 2.04)."""
