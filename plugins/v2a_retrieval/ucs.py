"""File names after the Universal Category System: CatID_FXName_CreatorID_SourceID, as sound libraries are named."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CATEGORIES = dict(
    pair.split("=")
    for pair in [
        "AIR=air",
        "AERO=aircraft",
        "ALRM=alarm",
        "AMB=ambience",
        "ANML=animal",
        "ARCH=archived",
        "BEEP=beep",
        "BELL=bell",
        "BIRD=bird",
        "BOAT=boat",
        "BLLT=bullet",
        "TOON=cartoon",
        "CRMC=ceramic",
        "CHAIN=chain",
        "CHEM=chemical",
        "CLOCK=clock",
        "CLOTH=cloth",
        "COMM=communication",
        "COMP=computer",
        "CREA=creature",
        "CRWD=crowd",
        "DSGN=designed",
        "DEST=destruction",
        "DIRT=dirt",
        "DOOR=door",
        "DRWR=drawer",
        "ELEC=electricity",
        "EQUIP=equipment",
        "EXPL=explosion",
        "FART=fart",
        "FGHT=fight",
        "FIRE=fire",
        "FRWK=firework",
        "FOLY=foley",
        "FOOD=food",
        "FEET=footsteps",
        "GAME=game",
        "GEO=geothermal",
        "GLAS=glass",
        "GORE=gore",
        "GUN=gun",
        "HORN=horn",
        "HMN=human",
        "ICE=ice",
        "LASR=laser",
        "LETH=leather",
        "LIQD=liquid",
        "MACH=machine",
        "MAGC=magic",
        "MECH=mechanical",
        "METL=metal",
        "MOTR=motor",
        "MOVE=movement",
        "MUSC=music",
        "NATD=disaster",
        "OBJ=object",
        "PAPR=paper",
        "PLAS=plastic",
        "RAIN=rain",
        "ROBT=robot",
        "ROCK=rock",
        "ROPE=rope",
        "RUBR=rubber",
        "SCI=science-fiction",
        "SNOW=snow",
        "SPRT=sport",
        "SWSH=swoosh",
        "TOOL=tool",
        "TOY=toy",
        "TRN=train",
        "UI=interface",
        "VEGE=vegetation",
        "VEH=vehicle",
        "VOX=voice",
        "WATR=water",
        "WEAP=weapon",
        "WTHR=weather",
        "WHST=whistle",
        "WIND=wind",
        "WNDW=window",
        "WING=wing",
        "WOOD=wood",
    ]
)
_SHORT = dict(
    pair.split("=")
    for pair in [
        "Hmn=human",
        "Anml=animal",
        "Int=interior",
        "Ext=exterior",
        "Metl=metal",
        "Glas=glass",
        "Plas=plastic",
        "Papr=paper",
        "Impt=impact",
        "Mvmt=movement",
        "Brk=break",
        "Clth=cloth",
        "Watr=water",
        "Splsh=splash",
        "Whsh=whoosh",
        "Forst=forest",
        "Urbn=urban",
        "Traf=traffic",
        "Rurl=rural",
        "Ocen=ocean",
        "Rstr=restaurant",
        "Offc=office",
        "Schl=school",
        "Hosp=hospital",
        "Mrkt=market",
        "Room=room",
        "Handl=handle",
        "Swch=switch",
        "Btn=button",
        "Clck=click",
        "Elec=electric",
        "Crea=creature",
        "Drp=drip",
        "Thun=thunder",
        "Gnrl=",
        "Misc=",
    ]
)
_CATID = re.compile(r"([A-Z]{2,5})((?:[A-Z][a-z0-9]*)*)$")
_LEAST = 3


@dataclass(frozen=True, slots=True)
class UcsName:
    """A name taken apart: the words of its category, the name of the sound, who recorded it and for what."""

    category: str
    name: str
    creator: str = ""
    source: str = ""


def parsed(stem: str) -> UcsName | None:
    """The parts of a file name without its suffix, or nothing where it does not follow the system."""
    parts = stem.split("_")
    if len(parts) < _LEAST:
        return None
    catid, _, user = parts[0].partition("-")
    category = _category(catid)
    if category is None:
        return None
    words = " ".join(part for part in (category, user) if part)
    return UcsName(words, parts[1].replace("-", " "), parts[2], parts[3] if len(parts) > _LEAST else "")


def _category(catid: str) -> str | None:
    """The words of a CatID: `DOORWood` is a wooden door; the capital that begins the second word is its own."""
    for length in range(min(5, len(catid)), 1, -1):
        code, rest = catid[:length], catid[length:]
        if code in _CATEGORIES and (not rest or (rest[0].isupper() and _CATID.match(catid))):
            return " ".join(word for word in (_CATEGORIES[code], _SHORT.get(rest, rest.lower())) if word)
    return None
