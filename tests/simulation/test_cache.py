"""Machine code on disk: found again, shared, damaged, forbidden."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from vein2vein.simulation.kernel_cache import cache_folder

PROGRAM = textwrap.dedent(
    """
    import time
    from tests.simulation.models import two_compartments
    from vein2vein.simulation import Events, simulate
    start = time.process_time()
    e = simulate(
        two_compartments(), {"k10": 0.3, "k12": 0.2, "k21": 0.1}, patients=9, times=[0.0, 5.0],
        outputs=["central"], events=Events.bolus("central", 0.0, 1.0, patients=9),
    )
    print(e.outputs["central"][8, 1].hex(), time.process_time() - start)
    """
)


def run(folder, **more):
    root = Path(__file__).parents[2]
    environment = (
        os.environ
        | {"VEIN2VEIN_CACHE": str(folder), "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
        | more
    )
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True
    )


def answer(process):
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    value, seconds = out.split()
    return value, float(seconds)


@pytest.mark.slow
def test_two_processes_at_once_then_a_third_from_disk_then_a_damaged_cache(tmp_path):
    together = [run(tmp_path), run(tmp_path)]
    first, second = map(answer, together)
    third = answer(run(tmp_path))
    assert first[0] == second[0] == third[0]
    assert third[1] < 2.0  # seconds of processor time, from the call to the first result
    assert third[1] < 0.5 * first[1]
    for path in tmp_path.rglob("*.nbc"):
        path.write_bytes(path.read_bytes()[:100])
    assert answer(run(tmp_path))[0] == first[0]


@pytest.mark.slow
def test_a_folder_that_cannot_be_written(tmp_path):
    place = tmp_path / "file"
    place.write_text("not a folder")
    value, _ = answer(run(place / "cache"))
    assert float.fromhex(value) > 0


def test_the_folder_is_the_users_choice(monkeypatch, tmp_path):
    monkeypatch.setenv("VEIN2VEIN_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("VEIN2VEIN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "vein2vein"
    assert cache_folder().is_absolute()
