"""Solvers: from noise to data along a path, one function each, all with one signature.

    x = euler(denoise, path.start(draws.normal((64, 194))), uniform(path, 24), draws, watch)
    spoilt = broken(x)           # items with a NaN or an infinity, to fail by themselves

`denoise` is any `Denoiser`, `times` a schedule; `draws` is needed by those that add noise, `watch` is told each step.
Runge-Kutta methods: `euler`, `heun`, `midpoint`, `rk4`. With a memory, at one call of the network a step: `ddim`,
`dpmpp_2m`, `dpmpp_3m`, `deis_1`, `deis_2`, `deis_3`. With noise: `ancestral`, `edm`, `dpmpp_2m_sde`, `dpmpp_3m_sde`,
`euler_maruyama`. Those of diffusers, among them UniPC and SA-Solver, are in `v2a_diffusion.wrapping`.
"""

from v2a_diffusion.solvers.deis import deis_1, deis_2, deis_3
from v2a_diffusion.solvers.multistep import ddim, dpmpp_2m, dpmpp_2m_sde, dpmpp_3m, dpmpp_3m_sde
from v2a_diffusion.solvers.runge_kutta import euler, heun, midpoint, rk4
from v2a_diffusion.solvers.stepping import Solver, Step, Watch, broken
from v2a_diffusion.solvers.stochastic import Churn, ancestral, edm, euler_maruyama

__all__ = [
    "Churn",
    "Solver",
    "Step",
    "Watch",
    "ancestral",
    "broken",
    "ddim",
    "deis_1",
    "deis_2",
    "deis_3",
    "dpmpp_2m",
    "dpmpp_2m_sde",
    "dpmpp_3m",
    "dpmpp_3m_sde",
    "edm",
    "euler",
    "euler_maruyama",
    "heun",
    "midpoint",
    "rk4",
]
