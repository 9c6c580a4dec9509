"""The observers that ship with v2a."""

from v2a.builtin.observers.faces import Faces
from v2a.builtin.observers.leader import Leader
from v2a.builtin.observers.motion import Motion
from v2a.builtin.observers.picture import Picture
from v2a.builtin.observers.places import Places
from v2a.builtin.observers.sound import Sound
from v2a.builtin.observers.speech import Speech

OBSERVERS = (Picture(), Places(), Faces(), Motion(), Sound(), Speech(), Leader())
