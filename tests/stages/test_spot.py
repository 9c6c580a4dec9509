from dataclasses import dataclass, replace
from fractions import Fraction as F
from types import ModuleType

import pytest

from tests.builtin.planner.films import observed, span
from v2a import builtin
from v2a.engine import table
from v2a.engine.store import FolderStore
from v2a.errors import DocumentError, PluginContract, PluginRaised, PresetError, UnknownName
from v2a.hookspecs import hookimpl
from v2a.host import Host
from v2a.interfaces import Bench, NoParams, Plan, Planner, PlannerCard, StageBench, checked, option
from v2a.model import Cue, Hit, Licence, PluginFailed, Span, Unplaced, codec
from v2a.stages.spot import SpotInputs, SpotOptions, run


@dataclass(frozen=True)
class Wants:
    mood: str = option("calm", "a key that is the style's too")
    extra: int = option(1, "a key of its own", low=0)


class Told(Planner):
    """Answers what it was made with, and keeps the request."""

    def __init__(self, answer, params=NoParams):
        self.card = PlannerCard("told", "1", Licence("MIT"), params=params)
        self.answer = answer

    def plan(self, bench, request):
        self.request = request
        return self.answer(request) if callable(self.answer) else self.answer


def host_of(planner=None):
    import v2a_composer
    import v2a_foley

    modules = [("builtin", builtin, ""), ("foley", v2a_foley, ""), ("composer", v2a_composer, "")]
    if planner is not None:
        module = ModuleType("told")
        module.v2a_planners = hookimpl(lambda: [planner], specname="v2a_planners")
        module.v2a_planners.__name__ = "v2a_planners"
        modules.append(("told", module, "told"))
    host = Host(modules)
    assert not host.broken
    return host


def spot(planner=None, brief="", part=None, **options):
    if planner is not None:
        options["planner"] = "told"
    inputs = SpotInputs(observed(), brief, 1, host_of(planner), part)
    return run(inputs, SpotOptions(**options), Bench())


def cue(start, end, kind="fx", **values):
    return Cue("", kind, span(start, end), "hit", **values)


def test_the_builtin_planner_spots_a_film():
    plan = spot(brief="rain on a tin roof, footsteps on gravel from 0:02 to 0:05, sad piano")
    assert {"rain on a tin roof", "footsteps on gravel", "sad piano"} <= {c.prompt for c in plan.cues}
    assert plan.reasoning


def test_its_prompts_are_such_as_generators_know():
    from v2a.stages.generating.choose import order

    plan = spot(
        brief="jogging on parquet from 2 to 4, exploding car at 0:10, a ball bouncing, melancholic harp"
    )
    cards = [g.thing.card for g in host_of().generators.values()]
    assert all(order(c, cards, {}) for c in plan.cues)


def test_only_the_kinds_asked_for():
    assert {c.kind for c in spot(kinds=("bg", "mx")).cues} == {"bg", "mx"}


def test_the_request_carries_the_options():
    planner = Told(Plan())
    spot(
        planner,
        brief="b",
        part=span(5, 60),
        sweeten=True,
        original="guide",
        confidence=0.7,
        kinds=("mx", "fo"),
    )
    request = planner.request
    assert (request.brief, request.seed, request.sweeten, request.original) == ("b", 1, True, "guide")
    assert (request.confidence, request.kinds, request.span) == (0.7, ("fo", "mx"), span(5, 30))
    assert {card.name for card in request.generators} >= {"foley", "atmos", "composer"}


def test_a_planner_is_given_the_keys_it_has():
    planner = Told(Plan(), Wants)
    spot(planner, mood="tense", params={"extra": 3})
    assert planner.request.params == Wants("tense", 3)
    with pytest.raises(PresetError, match="nonsense"):
        spot(planner, params={"nonsense": 3})
    with pytest.raises(PresetError, match="at least"):
        spot(planner, params={"extra": -1})


def test_times_are_held_inside_the_film():
    plan = spot(Told(Plan((cue(-1, 2, sync=F(-1)), cue(28, 40, sync=F(29)), cue(40, 50)))))
    assert [(c.span, c.sync) for c in plan.cues] == [(span(0, 2), None), (span(28, 30), F(29))]
    assert any("outside" in note and "40" in note for note in plan.notes)


def test_fades_fit():
    made = spot(Told(Plan((cue(28, 40, fade_in=F(3), fade_out=F(1)),)))).cues[0]
    assert (made.fade_in, made.fade_out) == (F(3, 2), F(1, 2))


def test_a_cue_without_length_is_left_out_with_a_note():
    empty = cue(2, 3)
    object.__setattr__(empty, "span", Span(F(2), F(2)))
    plan = spot(Told(Plan((empty,))))
    assert not plan.cues
    assert any("no length" in note for note in plan.notes)


def test_a_kind_that_was_not_asked_for_is_left_out_with_a_note():
    plan = spot(Told(Plan((cue(1, 2), cue(1, 2, "vo")))))
    assert [c.kind for c in plan.cues] == ["fx"]
    assert any("not asked for" in note for note in plan.notes)


def test_a_tempo_that_is_none_is_left_out_with_a_note():
    plan = spot(Told(Plan((cue(1, 2, "mx", tempo="fast"), cue(2, 3, "mx", tempo="96", meter="3/4")))))
    assert [(c.tempo, c.meter) for c in plan.cues] == [("", ""), ("96", "3/4")]
    assert any("tempo" in note for note in plan.notes)


def test_unknown_kinds_are_named_and_refused():
    with pytest.raises(PresetError, match="'zz'"):
        spot(kinds=("fx", "zz"))
    odd = cue(1, 2)
    object.__setattr__(odd, "kind", "zz")
    with pytest.raises(PluginContract, match="'zz'"):
        spot(Told(Plan((odd,))))


def test_what_a_planner_does_wrong_is_named():
    with pytest.raises(PluginContract, match="told.*Plan"):
        spot(Told(None))
    with pytest.raises(PluginRaised, match="told.*ZeroDivisionError"):
        spot(Told(lambda request: 1 / 0))
    with pytest.raises(UnknownName, match="builtin"):
        run(SpotInputs(observed(), "", 1, host_of()), SpotOptions(planner="none"), Bench())


def test_a_part_outside_the_film_is_an_error():
    with pytest.raises(DocumentError, match="outside the film"):
        spot(part=span(40, 50))


def test_ids_are_left_to_the_spotting_list():
    plan = spot(Told(Plan((replace(cue(1, 2), id="mine"),), unplaced=(Unplaced("a", "b"),))))
    assert plan.cues[0].id == ""
    assert plan.unplaced == (Unplaced("a", "b"),)


def test_options_come_out_of_presets_and_a_plan_crosses_as_json():
    options = checked(SpotOptions, {"kinds": ["bg"], "mood": "tense", "background_layers": 2}, "spot")
    assert options == SpotOptions(kinds=("bg",), mood="tense", background_layers=2)
    plan = spot(brief="rain, door slam")
    assert codec.decode(Plan, codec.encode(plan)) == plan


def test_a_plan_with_failures_is_told_and_asked_for_again(tmp_path):
    told, asked = [], []

    def answer(request):
        asked.append(request)
        return Plan(cues=(cue(1, 2),), failures=() if len(asked) > 1 else ("Scene 2 has no cues.",))

    inputs = SpotInputs(observed(), "", 1, host_of(Told(answer)), None)
    with FolderStore(tmp_path) as store:
        bench = StageBench(store=store, tell=told.append)
        first, second, third = (
            table.run("spot", inputs, SpotOptions(planner="told"), bench) for _ in range(3)
        )
    assert "Scene 2 has no cues." in first.notes
    (failed,) = [notice for notice in told if isinstance(notice, PluginFailed)]
    assert (failed.where, failed.exit_code) == ("planner told", PluginRaised.exit_code)
    assert second.failures == ()
    assert third == second
    assert len(asked) == 2


def test_hit_points_lie_in_the_part_that_is_spotted():
    wanted = (Hit(F(4), name="door"), Hit(F(12), 0.0), Hit(F(40), name="late"))
    found = spot(Told(Plan(hits=wanted)))
    assert found.hits == wanted[:1]
    (note,) = (n for n in found.notes if "hit point" in n)
    assert note == (
        "Planner told: a mark at 12 s, late at 40 s is no hit point in the part of the film that is spotted and was left out."
    )
    assert spot(Told(Plan(hits=wanted)), part=span(5, 10)).hits == ()


def test_the_hits_that_a_brief_states_hold_with_a_planner_that_gives_none():
    music = cue(0, 20, "mx")
    found = spot(Told(Plan((music,))), "hit at 0:08, and tense strings, accent the fall at 0:12.1")
    assert [(h.time, h.name) for h in found.hits] == [(F(8), ""), (F("12.1"), "fall")]
    own = (Hit(F(3), 10.0),)
    assert spot(Told(Plan((music,), hits=own)), "tense strings, hit at 0:08").hits == own
    (told,) = spot(Told(Plan((cue(2, 3),))), "tense strings, hit at 0:08").unplaced
    assert "no music" in told.why
