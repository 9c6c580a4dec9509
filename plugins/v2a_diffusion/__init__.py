"""A toolkit for diffusion of sound: paths of noise, schedules, solvers, guidance, networks and training."""
