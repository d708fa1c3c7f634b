"""The front door: few names, frozen, documented, and light to import."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys

import pytest

import vein2vein

FROZEN = [
    "CrsFindings",
    "Events",
    "Flow",
    "IcansFindings",
    "InputError",
    "Mechanism",
    "Parameter",
    "State",
    "Tolerances",
    "Vein2veinError",
    "WardRule",
    "__version__",
    "compose",
    "core_system",
    "draw_population",
    "evaluate_patients",
    "exact_interval",
    "grade_crs",
    "grade_icans",
    "kaplan_meier",
    "load_scenario",
    "load_sheet",
    "reproduce_fit_table",
    "run_programme",
    "sheets",
    "simulate",
    "summarise",
    "write_run",
]
"""Changing this list changes the public interface: say so in CHANGELOG.md."""


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(vein2vein.__all__) == sorted(FROZEN)
    assert len(vein2vein.__all__) <= 30


@pytest.mark.parametrize("name", FROZEN)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(vein2vein, name)
    assert name in dir(vein2vein)
    if name != "__version__":
        assert inspect.getdoc(thing)
        assert thing.__module__.startswith("vein2vein.")


def test_star_import_gives_exactly_these() -> None:
    space: dict[str, object] = {}
    exec("from vein2vein import *", space)
    assert set(FROZEN) <= set(space)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="load_scenarios"):
        vein2vein.load_scenarios  # noqa: B018


def loaded_by(*arguments: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after running the arguments."""
    program = "import sys, atexit; atexit.register(lambda: print(*sorted({m.split('.')[0] for m in sys.modules})))\n"
    program += "\n".join(arguments)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_package_is_light() -> None:
    heavy = {
        "numpy",
        "scipy",
        "numba",
        "sympy",
        "pandas",
        "xarray",
        "pydantic",
        "pint",
        "plotly",
        "rich",
        "typer",
    }
    assert not loaded_by("import vein2vein") & heavy


def test_help_is_light() -> None:
    loaded = loaded_by("sys.argv = ['vein2vein', '--help']", "from vein2vein.cli.app import main", "main()")
    assert "typer" in loaded
    assert not loaded & {"numpy", "scipy", "numba", "sympy", "pandas", "xarray", "plotly", "Bio", "pydantic"}


@pytest.mark.slow
def test_the_tour_in_the_docstring_is_true() -> None:
    outcome = doctest.testmod(vein2vein, optionflags=doctest.REPORT_NDIFF)
    assert outcome.attempted > 10
    assert not outcome.failed
