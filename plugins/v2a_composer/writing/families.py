"""The instruments that a prompt can name: by which words, which chairs they are, and which roles they take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from v2a_composer.writing.genres import Genre, Role


@dataclass(frozen=True)
class Family:
    """Instruments that go by these words: their chairs by role; `chairs` are those that play no role unasked.

    `with_it` are chairs that leave with the family, but do not come with it.
    """

    words: tuple[str, ...]
    leads: tuple[str, ...] = ()
    choir: tuple[str, ...] = ()
    figure: tuple[str, ...] = ()
    pulse: tuple[str, ...] = ()
    bass: tuple[str, ...] = ()
    drums: tuple[str, ...] = ()
    chairs: tuple[str, ...] = ()
    with_it: tuple[str, ...] = ()
    groove: str = ""

    @property
    def all(self) -> frozenset[str]:
        """Every chair of the family."""
        roles = (self.leads, self.choir, self.figure, self.pulse, self.bass, self.drums, self.chairs)
        return frozenset(c for role in roles for c in role)


FAMILIES: tuple[Family, ...] = (
    Family(("piano", "keys", "grand piano", "felt piano", "keyboard"), ("piano",), (), ("piano",),
           bass=("piano",), chairs=("epiano",)),
    Family(("electric piano", "rhodes"), ("epiano",), (), ("epiano",), bass=("epiano",)),
    Family(("harpsichord", "cembalo"), ("harpsichord",), (), ("harpsichord",), bass=("harpsichord",)),
    Family(("hammond", "hammond organ", "drawbar organ"), ("hammond",), ("hammond",) * 4, (), bass=("hammond",)),
    Family(("harmonica", "mouth organ"), ("harmonica",)),
    Family(("organ", "church organ"), ("organ",), ("organ",) * 4, (), bass=("organ",)),
    Family(("accordion",), ("accordion",), (), ("accordion",)),
    Family(("strings", "string", "string section", "orchestra strings"), ("violins1", "cellos"),
           ("violins1", "violins2", "violas", "cellos"), (), ("spiccato",), ("basses",),
           chairs=("tremolo", "pizzicato", "violin1", "violin2", "viola", "cello", "fiddle")),
    Family(
        ("string quartet", "quartet"),
        ("violin1", "violin2"),
        ("violin1", "violin2", "viola", "cello"),
        pulse=("viola",),
    ),
    Family(("violin", "violins"), ("violin1",), chairs=("violins1", "violins2", "violin2", "fiddle")),
    Family(("fiddle",), ("fiddle",)),
    Family(("viola", "violas"), ("viola",), chairs=("violas",)),
    Family(("cello", "cellos"), ("cello",), chairs=("cellos",)),
    Family(("double bass", "contrabass", "bass", "bass line"), (), bass=("acousticbass",),
           chairs=("basses", "electricbass", "synthbass")),
    Family(("bass guitar", "electric bass"), (), bass=("electricbass",)),
    Family(("pizzicato",), ("pizzicato",), (), ("pizzicato",)),
    Family(("tremolo",), (), ("tremolo",) * 4),
    Family(("brass", "horns", "fanfare"), ("horns", "trumpets"),
           ("trumpets", "horns", "horns", "trombones"), bass=("tuba",), chairs=("trombones",)),
    Family(("horn", "french horn"), ("horns",)),
    Family(("trumpet", "trumpets"), ("trumpets",)),
    Family(("trombone", "trombones"), ("trombones",)),
    Family(("tuba",), (), bass=("tuba",)),
    Family(("woodwind", "woodwinds", "winds"), ("flute", "oboe", "clarinet"),
           ("flute", "oboe", "clarinet", "bassoon"), ("clarinet",), bass=("bassoon",), chairs=("whistle",)),
    Family(("flute",), ("flute",)),
    Family(("oboe",), ("oboe",)),
    Family(("clarinet",), ("clarinet",)),
    Family(("bassoon",), ("bassoon",)),
    Family(("whistle", "tin whistle"), ("whistle",)),
    Family(("sax", "saxophone", "saxophones", "tenor sax", "tenor saxophone"), ("sax",), chairs=("altosax",)),
    Family(("alto sax", "alto saxophone"), ("altosax",)),
    Family(("piccolo",), ("piccolo",)),
    Family(("recorder",), ("recorder",)),
    Family(("pan flute", "panpipes", "pan pipes"), ("panflute",)),
    Family(("english horn", "cor anglais"), ("englishhorn",)),
    Family(("bagpipe", "bagpipes"), ("bagpipe",)),
    Family(("choir", "chorus", "voices", "vocals", "choral"), ("oohs",), ("choir",) * 4),
    Family(("guitar", "acoustic guitar", "plucked", "classical guitar", "flamenco"), ("guitar",), (), ("guitar",),
           bass=("guitar",), chairs=("steelguitar", "cleanguitar", "drive")),
    Family(("steel guitar",), ("steelguitar",), (), ("steelguitar",)),
    Family(("electric guitar", "rock guitar"), ("cleanguitar",), (), ("cleanguitar",), chairs=("drive",)),
    Family(("ukulele",), ("ukulele",), (), ("ukulele",)),
    Family(("banjo",), ("banjo",), (), ("banjo",)),
    Family(("mandolin", "bouzouki"), ("steelguitar",), (), ("steelguitar",)),
    Family(("sitar",), ("sitar",), (), ("sitar",)),
    Family(("koto",), ("koto",), (), ("koto",)),
    Family(("dulcimer", "hammered dulcimer", "zither"), ("dulcimer",), (), ("dulcimer",)),
    Family(("harp",), ("harp",), (), ("harp",), bass=("harp",)),
    Family(("bells", "bell", "chimes"), ("glockenspiel",), (), ("celesta",), chairs=("tubularbells",)),
    Family(("glockenspiel",), ("glockenspiel",)),
    Family(("celesta",), ("celesta",), (), ("celesta",)),
    Family(("tubular bells",), ("tubularbells",)),
    Family(("music box",), ("musicbox",), (), ("musicbox",)),
    Family(("vibraphone",), ("vibraphone",), (), ("vibraphone",)),
    Family(("marimba",), ("marimba",), (), ("marimba",)),
    Family(("xylophone",), ("xylophone",), (), ("xylophone",)),
    Family(("steel drums", "steel pan", "steelpan"), ("steeldrums",), (), ("steeldrums",)),
    Family(("kalimba",), ("kalimba",), (), ("kalimba",)),
    Family(("pad", "pads", "synth pad", "drone", "drones"), (), ("glass", "pad", "pad", "pad"), bass=("pad",),
           chairs=("halo",)),
    Family(("synth", "synths", "synthesizer", "synthesiser", "theremin"), ("lead",), ("glass", "pad", "pad", "pad"),
           ("pluck",), bass=("synthbass",), chairs=("crystal", "halo")),
    Family(("pulse", "pulsing", "arpeggio"), (), (), (), ("pluck",), chairs=("spiccato",)),
    Family(("drums", "drum", "beat", "beats"), drums=("kit",), groove="rock",
           chairs=("machine", "brushes", "taiko", "orchestral", "hand"), with_it=("timpani",)),
    Family(("drum kit", "drum set", "kit"), drums=("kit",), groove="rock", chairs=("machine", "brushes")),
    Family(("percussion", "drumming"), drums=("orchestral", "timpani"), groove="orchestral",
           chairs=("kit", "machine", "brushes", "taiko", "hand")),
    Family(("timpani",), drums=("timpani",), groove="orchestral"),
    Family(("taiko", "taikos", "taiko drums", "war drums"), drums=("taiko",), groove="trailer"),
    Family(("shaker", "tambourine", "bongo", "bongos", "conga", "congas"), drums=("hand",), groove="hand"),
    Family(("brushes",), drums=("brushes",), groove="swing"),
)  # fmt: skip


WORDS_OF_FAMILIES = frozenset(w for family in FAMILIES for w in family.words)


def asked(genre: Genre, wanted: tuple[Family, ...], alone: bool) -> Genre:
    """The ensemble with the wanted instruments in it, in front; `alone` leaves all others out."""
    if not wanted:
        return genre
    leads = _each(f.leads for f in wanted)
    figure, choir = _each(f.figure for f in wanted), next((f.choir for f in wanted if f.choir), ())
    bass, drums = _each(f.bass for f in wanted), _each(f.drums for f in wanted)
    pulse = _each(f.pulse for f in wanted)
    named = frozenset(c for f in wanted for c in f.all)
    groove = next((f.groove for f in wanted if f.groove), genre.groove)

    def others(roles: tuple[Role, ...]) -> tuple[Role, ...]:
        return () if alone else roles

    def held(roles: tuple[Role, ...]) -> tuple[Role, ...]:
        return tuple(r for r in roles if r.chair in named) if leads or choir or figure else roles

    kept_drums = drums and genre.drums and all(r.chair in named for r in genre.drums)
    return replace(
        genre,
        leads=leads or (figure + choir[:1] if alone else genre.leads),
        choir=tuple(Role(c) for c in choir) or others(genre.choir),
        swell=others(genre.swell),
        figure=tuple(Role(c, 0.15 * n) for n, c in enumerate(figure))
        or others(held(genre.figure) or genre.figure),
        pulse=tuple(Role(c, 0.4) for c in pulse) or others(genre.pulse),
        bass=others(genre.bass) or tuple(Role(c, 0.1) for c in bass),
        counter=others(genre.counter) or tuple(Role(c, 0.6) for c in leads[1:2]),
        drums=genre.drums
        if kept_drums
        else tuple(Role(c, 0.0 if alone else 0.15) for c in drums) or others(genre.drums),
        groove=genre.groove if kept_drums or (not drums and not alone) else groove,
        song=max(genre.song, 0.6) if leads else genre.song,
    )


def spared(genre: Genre, avoided: frozenset[str]) -> Genre:
    """The ensemble without some chairs; where nothing would be left, something that is not avoided plays alone."""

    def kept(roles: tuple[Role, ...]) -> tuple[Role, ...]:
        return tuple(r for r in roles if r.chair not in avoided)

    left = replace(
        genre,
        leads=tuple(c for c in genre.leads if c not in avoided),
        choir=kept(genre.choir),
        swell=kept(genre.swell),
        figure=kept(genre.figure),
        pulse=kept(genre.pulse),
        bass=kept(genre.bass),
        counter=kept(genre.counter),
        drums=kept(genre.drums),
    )
    if not (left.leads or left.choir or left.figure or left.drums):
        spare = next((c for c in ("piano", "pad", "guitar", "violins1") if c not in avoided), "harp")
        return replace(left, leads=(spare,), figure=(Role(spare),))
    if not left.leads:
        some = [r.chair for r in (*left.figure, *left.choir)]
        return replace(left, leads=tuple(dict.fromkeys(some))[:2])
    return left


def _each(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for group in groups for c in group))
