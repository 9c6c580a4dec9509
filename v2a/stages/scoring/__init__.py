"""What music is fitted to: the hit points of a film, its motion, and the tempo map of each cue."""
