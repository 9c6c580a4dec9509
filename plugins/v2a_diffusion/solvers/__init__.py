"""Solvers: from noise to data along a path, one function each, all with one signature.

    x = euler(denoise, path.start(draws.normal((64, 194))), uniform(path, 24), draws, watch)
    spoilt = broken(x)           # items with a NaN or an infinity, to fail by themselves

`denoise` is any `Denoiser`, `times` a schedule; `draws` is needed by those that add noise, `watch` is told each step.
"""

from v2a_diffusion.solvers.runge_kutta import euler, heun, midpoint, rk4
from v2a_diffusion.solvers.stepping import Solver, Step, Watch, broken

__all__ = ["Solver", "Step", "Watch", "broken", "euler", "heun", "midpoint", "rk4"]
