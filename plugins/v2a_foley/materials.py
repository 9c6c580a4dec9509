"""How the things sound that are hit, as numbers; `blows.Blow` says what they mean."""

from __future__ import annotations

from v2a_foley.blows import Blow, Contact, Modes, Rebound, Support

MATERIALS = {
    "wood": Blow(
        Modes(245, 2210, 24, spread=0.06, ring=0.11, damping=0.19, tilt=0.087),
        Contact(0.00054, rough=0.3, bottom=714, top=6010, dies=0.001),
        Support(0.33, 114, 0.011),
        Rebound(0.067, 0.024, 0.27),
    ),
    "metal": Blow(
        Modes(352, 11100, 60, spread=0.15, ring=0.71, damping=0.24, tilt=0.00095),
        Contact(0.0002, rough=0.52, bottom=651, top=4410, dies=0.0036),
        Support(0.033, 93.4, 0.018),
        Rebound(0.45, 0.026, 0.43),
    ),
    "glass": Blow(
        Modes(2070, 15300, 30, spread=1, ring=0.6, damping=1.17, tilt=0.68),
        Contact(0.0012, rough=1.26, bottom=80.6, top=3180, dies=0.0014),
        Support(0.02, 159, 0.0082),
        Rebound(0.1, 0.026, 0.35),
    ),
    "stone": Blow(
        Modes(351, 1740, 30, spread=0.6, ring=0.039, damping=1.06, tilt=0.16),
        Contact(0.0002, rough=0.09, bottom=151, top=3790, dies=0.0031),
        Support(1.88, 131, 0.015),
        Rebound(2.13, 0.2, 0.23),
    ),
    "plastic": Blow(
        Modes(136, 2990, 24, spread=0.1, ring=0.043, damping=0.71, tilt=0.58),
        Contact(0.00022, rough=0.29, bottom=997, top=1500, dies=0.001),
        Support(0.02, 58.6, 0.008),
        Rebound(0.84, 0.02, 0.16),
    ),
    "ceramic": Blow(
        Modes(2000, 12200, 30, spread=0.32, ring=0.35, damping=1.07, tilt=0.57),
        Contact(0.00067, rough=1.14, bottom=72.8, top=2080, dies=0.0022),
        Support(0.02, 131, 0.032),
        Rebound(1.29, 0.069, 0.37),
    ),
    "body": Blow(
        Modes(68, 853, 16, spread=0.63, ring=0.097, damping=0.27, tilt=0.26),
        Contact(0.01, rough=4, bottom=91, top=313, dies=0.045),
        Support(0.13, 69, 0.006),
        Rebound(2.04, 0.036, 0.7),
        slap=Contact(0.01, rough=2, bottom=400, top=3390, dies=0.0041),
    ),
}
GATE = Blow(
    Modes(311, 4850, 50, spread=0.47, ring=1.19, damping=0.35, tilt=0.086),
    Contact(0.00024, rough=0.68, bottom=226, top=2010, dies=0.006),
    Support(0.22, 91.9, 0.032),
    Rebound(3.12, 0.04, 0.3),
)
NAIL = Blow(
    Modes(2260, 13200, 24, spread=0.65, ring=0.17, damping=0.014, tilt=1.04),
    Contact(0.00033, rough=2, bottom=75.4, top=3060, dies=0.016),
    Support(0.032, 71.1, 0.01),
)
TICK = Blow(
    Modes(2050, 13600, 16, spread=0.41, ring=0.065, damping=0.0089, tilt=0.083),
    Contact(0.0007, rough=2.07, bottom=1370, top=6970, dies=0.006),
    Support(0.097, 421, 0.028),
)
