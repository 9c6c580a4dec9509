"""What the benchmark of stretching stretches, by what, and how it is measured."""
