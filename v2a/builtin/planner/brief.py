"""A brief understood: every clause becomes a wish, a refusal, a setting, or is said to be unplaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from v2a.builtin.planner.changes import changed
from v2a.builtin.planner.clauses import Clause, clauses_of
from v2a.builtin.planner.clock import When, joined
from v2a.builtin.planner.comings import coming
from v2a.builtin.planner.company import in_company
from v2a.builtin.planner.drones import of_drones
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.hanging import bound, weight_of
from v2a.builtin.planner.landings import landed
from v2a.builtin.planner.likeness import likened
from v2a.builtin.planner.musical import advised, described, is_detail, is_whole, of_music
from v2a.builtin.planner.paces import Figure, Pace, figures_of, without
from v2a.builtin.planner.reading import one_music, plain_wish, same_music, shares_time, trimmed, wishes_of
from v2a.builtin.planner.served import Shelf
from v2a.builtin.planner.shorthand import told_plainly
from v2a.builtin.planner.spans import merged, minus
from v2a.builtin.planner.strangers import PACE_OF_NOTHING, is_english, is_one_sentence, unhung, why_unknown
from v2a.builtin.planner.succession import followed, silence
from v2a.builtin.planner.tokens import plain
from v2a.builtin.planner.turns import BRIEFLY, Course, courses, of_backgrounds, of_the_sky
from v2a.builtin.planner.vocabulary import KindWord, Sound, Vocabulary
from v2a.builtin.planner.wishes import Refusal, Setting, Understood, Wish
from v2a.model.spotting import Kind, Unplaced

_SPOKEN = frozenset({"voice", "voices", "talk", "talking", "speaking"})


def understand(brief: str, film: Film, known: Vocabulary, shelf: Shelf) -> Understood:
    """All that a brief says about a film; never raises, whatever the text."""
    said = told_plainly(plain(brief))
    figures = figures_of(said)
    text = without(said, figures)
    land = landed(likened(clauses_of(text, film, known)), film, known)
    changes = coming(changed(of_drones(land.clauses, known), known), film, known)
    clauses = bound(of_music(changes, known, shelf), known.language)
    if not clauses and text.strip() and not (land.landings or land.unplaced or figures):
        return Understood(unplaced=(Unplaced(text.strip()[:200], "it names no sound"),))
    english = any(c.sounds or c.kinds or c.moods for c in clauses)
    reader = _Reader(film, known, shelf, english)
    for clause in in_company(clauses, text):
        start = clause.tokens[0].start if clause.tokens else 0
        passed = sum(bool(text[figure.end : start].strip()) for figure in figures)
        reader.pace(figures[:passed], said)
        figures = figures[passed:]
        reader.take(clause)
    reader.pace(figures, said)
    found = reader.result()
    return replace(
        found, landings=land.landings, unplaced=tuple(dict.fromkeys((*land.unplaced, *found.unplaced)))
    )


class _Reader:
    """Goes through the clauses and keeps what they say."""

    def __init__(self, film: Film, known: Vocabulary, shelf: Shelf, english: bool) -> None:
        self._film, self._known, self._shelf, self._english = film, known, shelf, english
        self._wishes: list[Wish] = []
        self._refusals: list[Refusal] = []
        self._settings: list[Setting] = []
        self._unplaced: list[Unplaced] = []
        self._only: set[Kind] = set()
        self._last_was_setting = self._leading = False
        self._tempo = Pace()
        self._sky: Course | None = None
        self._dusk: list[Wish] = []
        self._silent: Fraction | None = None
        self._lost: int | None = None

    def result(self) -> Understood:
        """What was understood."""
        return Understood(
            tuple(self._wishes),
            tuple(self._refusals),
            tuple(self._settings),
            frozenset(self._only) or None,
            tuple(dict.fromkeys(self._unplaced)),
            self._tempo,
        )

    def pace(self, figures: Iterable[Figure], said: str) -> None:
        """Let these hold for the music wished for last or first; not where their own sentence cannot be placed."""
        for figure in figures:
            last = next((n for n in reversed(range(len(self._wishes))) if self._wishes[n].kind == "mx"), None)
            goes_on = self._lost is not None and is_one_sentence(said[self._lost : figure.start])
            self._lost = figure.end if goes_on else None
            if goes_on:
                self._unplaced.append(Unplaced(said[figure.start : figure.end].strip(), PACE_OF_NOTHING))
            elif last is None:
                self._tempo = self._tempo.filled(figure.pace)
            else:
                wish = self._wishes[last]
                self._wishes[last] = replace(wish, tempo=wish.tempo.filled(figure.pace))

    def take(self, clause: Clause) -> None:
        """Find out what one clause says."""
        lost = len(self._unplaced)
        self._take(of_backgrounds(clause))
        self._lost = clause.tokens[-1].end if clause.tokens and len(self._unplaced) > lost else None

    def _take(self, clause: Clause) -> None:
        when = joined(clause.whens, self._film)
        text = " ".join(part for part in (clause.text, when.text) if part)
        if not clause.negated:
            self._last_was_setting = bool(clause.kinds) and not clause.sounds
        if when.problem:
            self._unplaced.append(Unplaced(text, advised(when.problem, clause, text)))
        elif clause.negated:
            self._refuse(clause, when, text)
        elif clause.sounds:
            self._in_course(clause, when, text)
        elif any(turn.sky for turn in clause.turns):
            self._sky = Course(clause, when)
            dusk = of_the_sky(self._sky, self._film, self._known.sounds)
            self._dusk = [wish for wish in dusk if not wish.when.problem]
            self._wishes += self._dusk
        elif clause.kinds:
            self._kinds(clause, when, text)
        elif weight_of(clause, self._known.language) == "unknown":
            self._unknown(clause, when, text)
        else:
            self._loose(clause, text)

    def _courses(self, clause: Clause, when: When) -> tuple[Course, ...]:
        """A clause with its time; `dusk falls at 0:30: birds give way to crickets` says once what happens then."""
        sky, self._sky = self._sky, None
        if sky is None or clause.join != "," or not when.anywhere or not clause.turns:
            return courses(clause, when, self._film)
        self._wishes = [wish for wish in self._wishes if wish not in self._dusk]
        return courses(clause, sky.when, self._film, sky.clause)

    def _in_course(self, clause: Clause, when: When, text: str) -> None:
        for course in self._courses(clause, when):
            if course.when.problem:
                self._unplaced.append(Unplaced(text, course.when.problem))
            else:
                self._wish(course)

    def _wish(self, course: Course) -> None:
        clause, goes_on = course.clause, course.clause.join == "and"
        for read in wishes_of(clause, course.when, self._known.language):
            wish, problem = unhung(course.of(read))
            self._unplaced += [problem] if problem else []
            last = self._wishes[-1] if self._wishes else None
            if last is not None and same_music(last, wish, clause):
                self._wishes[-1], goes_on = one_music(last, wish, clause), True
            else:
                wish = self._after(wish)
                last = self._wishes[-1] if self._wishes else None
                if last is not None and shares_time(last, wish, clause):
                    self._wishes[-1] = replace(last, when=wish.when)
                elif last is not None and self._leading and shares_time(wish, last, clause):
                    wish = replace(wish, when=last.when)
                self._wishes.append(wish)
        self._leading = clause.leading or (self._leading and goes_on)

    def _after(self, wish: Wish) -> Wish:
        """The wish, where it is a background or music that comes `then`, from the end of the one before on."""
        last = self._wishes[-1] if self._wishes else None
        when = followed(wish, last, self._silent, self._film)
        if when is None:
            return wish
        self._silent = None
        wish = replace(wish, when=when)
        if last is None or wish.kind != "bg":
            return wish
        soft = last.goes or BRIEFLY
        self._wishes[-1] = replace(last, goes=soft)
        return replace(wish, comes=soft)

    def _kinds(self, clause: Clause, when: When, text: str) -> None:
        kinds = [k.kind for k in clause.kinds]
        gain = clause.level + sum(m.gain for m in clause.modifiers)
        if "all" in kinds:
            self._refusals.append(Refusal(text, when=self._hushed(when)))
            return
        named: list[Kind] = [k for k in dict.fromkeys(kinds) if k != "all"]
        if clause.only and when.anywhere:
            self._only.update(named)
        own = trimmed(clause.tokens, self._known.language)
        unknown = clause.unknown(self._known.language)
        for kind in named:
            if kind == "vo" and "vo" not in self._shelf.makes and _SPOKEN & {t.word for t in clause.tokens}:
                self._wishes.append(Wish(text, "bg", own, self._known.sounds["crowd"], when, gain, head=own))
            elif kind in ("mx", "vo") and not (
                clause.only and when.anywhere and len(clause.tokens) <= len(clause.named) + 1
            ):
                self._wishes.append(self._after(plain_wish(clause, kind, when, text, self._known.language)))
            elif unknown and kind in self._shelf.open:
                self._wishes.append(Wish(text, kind, own, Sound("", kind, ()), when, gain))
            else:
                self._settings.append(Setting(text, kind, gain))

    def _refuse(self, clause: Clause, when: When, text: str) -> None:
        language = self._known.language
        if is_detail(clause, self._known):
            self._leave_out(clause, when, text)
            return
        whole = bool(clause.sounds) and all(is_whole(n.meaning) for n in clause.named)
        if whole or (clause.kinds and not clause.sounds):
            for said in (KindWord("mx"),) if whole else clause.kinds:
                kind = None if said.kind == "all" else said.kind
                words = "speech" if kind == "vo" else ""
                self._refusals.append(Refusal(text, kind, words, when=when))
            return
        if not clause.sounds and clause.modifiers and not clause.unknown(language):
            self._tone_down(clause, text)
            return
        tokens = [t for t in clause.tokens if not language.among("negators", t.word)]
        words = trimmed(tokens, language)
        last = self._wishes[-1] if self._wishes else None
        after_music = last is not None and last.kind == "mx"
        if last is not None and not clause.named and when.spans and clause.join and not last.when.points:
            kept = [p for s in last.when.spans or (self._film.scope,) for p in minus(s, merged(when.spans))]
            if kept:
                self._wishes[-1] = replace(last, when=replace(last.when, spans=tuple(kept), edge=False))
                return
        if not clause.named and not tokens and when.spans and after_music:
            self._refusals.append(Refusal(text, "mx", when=self._hushed(when)))
            return
        if not words or not (clause.sounds or clause.unknown(language) or clause.moods or clause.materials):
            self._unplaced.append(Unplaced(text, "it does not say what is not wanted"))
            return
        first = clause.sounds[0].meaning if clause.sounds else None
        sound = first if isinstance(first, Sound) else None
        how = after_music and clause.join == "," and not clause.named
        if last is not None and (clause.join == "no" or how) and when.anywhere:
            self._wishes[-1] = replace(last, avoid=(*last.avoid, words))
            return
        self._refusals.append(Refusal(text, words=words, sound=sound, when=when))

    def _hushed(self, when: When) -> When:
        hushed = silence(when, self._wishes[-1] if self._wishes else None, self._film)
        self._silent = max((span.end for span in hushed.spans), default=None)
        return hushed

    def _leave_out(self, clause: Clause, when: When, text: str) -> None:
        """`no drums` is said of the music before it, or else of all music."""
        language = self._known.language
        words = trimmed([t for t in clause.tokens if not language.among("negators", t.word)], language)
        last = self._wishes[-1] if self._wishes else None
        if last is not None and last.kind == "mx" and clause.join and when.anywhere:
            self._wishes[-1] = replace(last, avoid=(*last.avoid, words))
        else:
            self._refusals.append(Refusal(text, words=words, when=when, detail=True))

    def _tone_down(self, clause: Clause, text: str) -> None:
        """`not too loud` is the opposite of loud, for the sound before it."""
        gain = -sum(m.gain for m in clause.modifiers)
        if self._settings and clause.join and self._last_was_setting:
            self._settings.append(Setting(text, self._settings[-1].kind, gain))
        elif self._wishes and clause.join:
            last = self._wishes[-1]
            self._wishes[-1] = replace(last, gain=max(-18.0, min(9.0, last.gain + gain)))
        elif gain:
            self._settings += [Setting(text, kind, gain) for kind in ("fo", "fx", "bg", "mx")]
        else:
            self._unplaced.append(Unplaced(text, "it does not say of which sound"))

    def _loose(self, clause: Clause, text: str) -> None:
        if clause.moods and not clause.materials:
            self._feel(clause, text)
        elif clause.materials:
            self._unplaced.append(
                Unplaced(text, f"it does not say which sound; write, say, 'footsteps on {clause.text}'")
            )
        elif clause.modifiers or clause.trend:
            self._unplaced.append(Unplaced(text, "it does not say which sound"))
        else:
            self._unplaced.append(Unplaced(text, "it names a time and no sound"))

    def _feel(self, clause: Clause, text: str) -> None:
        words = described(clause.tokens, self._known.language)
        self._settings.append(Setting(text, "mx", mood=clause.moods[0], words=words))

    def _unknown(self, clause: Clause, when: When, text: str) -> None:
        language = self._known.language
        unknown = clause.unknown(language)
        own = trimmed(clause.tokens, language)
        kind: Kind | None = next((k for k in ("fx", "fo", "bg") if k in self._shelf.open), None)
        if clause.moods:
            self._feel(clause, text)
        elif (
            kind is not None
            and own
            and is_english(clause, unknown, self._known.language, begun=self._english)
        ):
            sound = Sound("", kind, (), on=("impact", "contact", "start", "stop", "turn", "flash"))
            self._wishes.append(Wish(text, kind, own, sound, when, sum(m.gain for m in clause.modifiers)))
        else:
            self._unplaced.append(Unplaced(text, why_unknown(clause, unknown, self._known)))
