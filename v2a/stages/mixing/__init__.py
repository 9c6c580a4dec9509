"""The parts of the mix: what sounds where, how loud against what, and how it comes to a spec."""
