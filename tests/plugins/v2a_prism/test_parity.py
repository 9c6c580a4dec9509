"""The parity command agrees with the original's numbers, tells what is off, and says in one line what is missing."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a_prism import parity  # noqa: E402

PARITY = Path(__file__).parents[4] / "shared" / "parity"
needs_parity = pytest.mark.skipif(not PARITY.is_dir(), reason="needs the numbers in shared/parity")
COUNTS = {"prismaudio-tiny": 22, "synchformer-tiny": 1, "videoprism-tiny": 2}


@needs_parity
@pytest.mark.parametrize("name", COUNTS)
def test_every_output_agrees_with_the_original(name, capsys, tmp_path):
    assert parity.main([str(PARITY / name), "--save", str(tmp_path / "made.safetensors")]) == 0
    rows = capsys.readouterr().out.splitlines()[2:]
    assert len(rows) == COUNTS[name]
    assert all(row.endswith("| agrees |") for row in rows)
    made = load_file(tmp_path / "made.safetensors")
    assert {row.split("|")[1].strip() for row in rows} == made.keys()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder whose expected outputs this implementation computed itself."""
    place = tiny.folder(tmp_path_factory.mktemp("parity") / "tiny")
    made = tiny.features(2)
    generator = torch.Generator().manual_seed(0)
    cases = {
        "2s.in.video_features": made.video,
        "2s.in.text_features": made.text,
        "2s.in.sync_features": made.sync,
        "2s.in.x": torch.randn(1, 8, 43, generator=generator),
        "2s.in.t": torch.tensor([0.6]),
        "in.vae_latent": torch.randn(1, 8, 4, generator=generator),
        "in.vae_wave": torch.randn(1, 2, 4096, generator=generator),
        "2s.out.latent_euler2_cfg3": torch.zeros(1, 8, 43),
    }
    save_file(cases, place / "cases.safetensors")
    parity.main([str(place), "--save", str(place / "made")])
    save_file(cases | load_file(place / "made"), place / "cases.safetensors")
    (place / "made").unlink()
    return place


def changed(folder, change):
    cases = load_file(folder / "cases.safetensors")
    kept = {name: t.clone() for name, t in cases.items()}
    change(cases)
    save_file(cases, folder / "cases.safetensors")
    return kept


def test_outputs_are_computed_as_their_names_say(folder, capsys):
    assert parity.main([str(folder)]) == 0
    told = capsys.readouterr().out
    for name in ("latent_euler2_cfg3", "latent_euler24_cfg5", "velocity_cfg1", "velocity_cfg5"):
        assert f"2s.out.{name} | 0.0e+00" in told
    assert "| out.vae_decode | 0.0e+00" in told
    assert "| 2s.conditioner.sync_features | 0.0e+00" in told


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("2s.out.velocity_cfg1", lambda t: t * 1.001),
        ("out.vae_decode", lambda t: t[..., :-1].contiguous()),
        ("2s.conditioner.text_features", lambda t: t + 1),
    ],
)
def test_what_is_off_is_told_and_fails(folder, capsys, name, change):
    kept = changed(folder, lambda cases: cases.update({name: change(cases[name])}))
    try:
        assert parity.main([str(folder)]) == 1
        (row,) = [row for row in capsys.readouterr().out.splitlines() if "over 1e-04" in row]
        assert row.startswith(f"| {name} |")
    finally:
        save_file(kept, folder / "cases.safetensors")


def test_an_output_that_nobody_knows_fails(folder, capsys):
    kept = changed(folder, lambda cases: cases.update({"2s.out.smell": torch.zeros(2)}))
    try:
        assert parity.main([str(folder)]) == 1
        assert "| 2s.out.smell | inf" in capsys.readouterr().out
    finally:
        save_file(kept, folder / "cases.safetensors")


def test_cases_without_answers_are_computed_and_saved(folder, tmp_path, capsys):
    kept = changed(folder, lambda cases: [cases.pop(name) for name in list(cases) if ".out." in f".{name}"])
    try:
        assert parity.main([str(folder), "--save", str(tmp_path / "made")]) == 0
        assert "nothing to compare with" in capsys.readouterr().out
        assert "2s.out.latent_euler24_cfg5" in load_file(tmp_path / "made")
    finally:
        save_file(kept, folder / "cases.safetensors")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cases.safetensors", None, "there are no cases"),
        ("cases.safetensors", "{}", "cut short or damaged"),
        ("config.json", None, "there is no configuration"),
        ("config.json", "{}", "none of PrismAudio, Synchformer and VideoPrism"),
        ("config.json", "[", "cannot be read"),
        ("prismaudio.ckpt", None, "there are no weights"),
    ],
)
def test_what_is_missing_or_damaged_is_one_line(tmp_path, folder, capsys, name, content, told):
    for file in folder.iterdir():
        if file.name != name:
            (tmp_path / file.name).symlink_to(file)
        elif content is not None:
            (tmp_path / name).write_text(content)
    assert parity.main([str(tmp_path)]) not in (0, 1)
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_nothing_agrees_with_what_is_no_number(folder, capsys):
    def spoil(cases):
        cases["2s.out.velocity_cfg1"] = torch.full_like(cases["2s.in.x"], float("nan"))

    kept = changed(folder, spoil)
    try:
        assert parity.main([str(folder)]) != 0
    finally:
        save_file(kept, folder / "cases.safetensors")
    assert "2s.out.velocity_cfg1 | inf" in capsys.readouterr().out
