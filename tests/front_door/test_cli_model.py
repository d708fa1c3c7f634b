"""``vein2vein model`` as its users call it."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from vein2vein.cli.app import app
from vein2vein.dynamics.exchange.sbml import export_sbml
from vein2vein.dynamics.published.library import MODELS
from vein2vein.errors import InputError

runner = CliRunner()


def answer(*words):
    result = runner.invoke(app, ["model", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*words):
    with pytest.raises(InputError) as raised:
        runner.invoke(app, ["model", *words], catch_exceptions=False)
    return str(raised.value)


def test_list():
    listed = {row["name"]: row for row in answer("list", "--json")}
    assert set(listed) == {"core", *MODELS}
    assert listed["core"]["individuals"] == ["ALL", "LBCL", "IDE", "CILTA"]
    assert {g: len(m) for g, m in listed["kirouac2023"]["groups"].items()} == {"CR": 12, "PR": 12, "NR": 12}
    assert listed["park2025"]["states"] == 37
    assert listed["kimmel2021"]["doi"] == "10.1098/rspb.2021.0229"
    for row in listed.values():
        assert {"disease", "antigen", "parameters", "source", "species", "fitted_to"} <= row.keys()


def test_show_says_equations_and_provenance():
    shown = answer("show", "frey2010", "--json")
    assert set(shown["equations"]) == {"A1", "A2"}
    by_name = {row["name"]: row for row in shown["values"]}
    assert by_name["CL"]["spread"]["cv_percent"] == pytest.approx(39)
    assert all(row["source"] and row["status"] for row in shown["values"])
    text = runner.invoke(app, ["model", "show", "stein2019"]).stdout
    assert "dE/dt" in text
    assert "Stein" in text


def test_run_prints_metrics_units_and_failures():
    found = answer("run", "kimmel2021", "--at", "7,14", "--json")
    assert found["model"] == "kimmel2021"
    assert found["failures"] == []
    assert found["metrics"]["Cmax"] == {"value": pytest.approx(30.11, abs=0.005), "unit": "cell/uL"}
    assert found["metrics"]["Tmax"]["value"] == pytest.approx(7.01, abs=0.005)
    assert found["at"]["7"]["N"]["value"] == pytest.approx(108.6, abs=0.05)
    assert {"AUC0-28", "half-life", "nadir"} <= found["metrics"].keys()


def test_dose_and_settings_change_the_run():
    low = answer("run", "singh2021", "--dose", "50e6", "--days", "40", "--json")["metrics"]
    high = answer("run", "singh2021", "--set", "dose=450e6", "--days", "40", "--json")["metrics"]
    assert low["Cmax"]["value"] == pytest.approx(37445, rel=1e-4)
    assert high["Cmax"]["value"] == pytest.approx(35774, rel=1e-4)
    noted = answer("run", "stein2019", "--dose", "1e8", "--days", "30", "--json")
    assert "no effect" in noted["notes"][0]


def test_population_has_a_band_and_a_seed():
    first = answer("run", "frey2010", "--patients", "50", "--seed", "3", "--json")
    again = answer("run", "frey2010", "--patients", "50", "--seed", "3", "--json")
    assert first == again
    cmax = first["metrics"]["Cmax"]
    assert cmax["low"] < cmax["value"] < cmax["high"]
    assert cmax["n"] == 50


def test_run_leaves_figure_table_and_page(tmp_path):
    answer("run", "kimmel2021", "--days", "100", "--json", "--out", str(tmp_path / "out"))
    files = {p.name for p in (tmp_path / "out").iterdir()}
    assert files == {"result.json", "trajectories.csv", "figure.svg", "page.html"}
    assert (tmp_path / "out" / "trajectories.csv").read_text().startswith("patient,time,quantity,value,unit")


def test_compare_states_its_bridges(tmp_path):
    found = answer(
        "compare", "kimmel2021", "hanson2016", "stein2019", "--days", "40", "--json", "--out", str(tmp_path)
    )
    assert [m["model"] for m in found["models"]] == ["kimmel2021", "hanson2016", "stein2019"]
    assert "no published bridge" in found["bridges"][2]
    assert (tmp_path / "figure.svg").exists()


def test_import_of_an_exported_model(tmp_path):
    path = tmp_path / "kimmel.xml"
    path.write_text(export_sbml(MODELS["kimmel2021"]))
    found = answer("import", str(path), "--days", "30", "--at", "7", "--json")
    assert found["at"]["7"]["N"]["value"] == pytest.approx(108.6, abs=0.05)
    assert found["failures"] == []
    assert answer("run", str(path), "--days", "30", "--at", "7", "--json")["at"] == found["at"]


def test_core_is_shown_run_and_compared():
    shown = answer("show", "core", "--json")
    assert len(shown["equations"]) == 20
    assert all(row["source"] for row in shown["values"])
    found = answer("run", "core", "--days", "30", "--at", "7", "--json")
    assert found["model"] == "core"
    assert found["metrics"]["Cmax"]["unit"] == "cell/uL"
    other = answer("run", "core:lbcl", "--set", "growth=0.02", "--dose", "1e8", "--days", "30", "--json")
    assert other["model"] == "core:LBCL"
    many = answer("run", "core:IDE", "--patients", "30", "--days", "30", "--json")
    assert many["failures"] == []
    assert many["metrics"]["Cmax"]["low"] < many["metrics"]["Cmax"]["value"]
    both = answer("compare", "core", "stein2019", "--days", "30", "--json")
    assert [m["model"] for m in both["models"]] == ["core", "stein2019"]


def test_groups_and_fits_run_by_name(tmp_path):
    many = answer("run", "kirouac2023:NR", "--patients", "20", "--days", "60", "--json")
    assert many["model"] == "kirouac2023:NR"
    one = answer("run", "kirouac2023:cr06", "--days", "60", "--json", "--out", str(tmp_path / "one"))
    assert one["metrics"]["Tmax"]["value"] == pytest.approx(15.3, abs=0.05)
    answer("run", "kirouac2023", "--days", "60", "--json", "--out", str(tmp_path / "all"))
    page = (tmp_path / "all" / "page.html").read_text()
    assert "By group" in page
    assert "NR (12)" in page
    assert "By group" not in (tmp_path / "one" / "page.html").read_text()


def test_export_writes_sbml(tmp_path):
    path = tmp_path / "core.xml"
    assert runner.invoke(app, ["model", "export", "core", "--out", str(path)]).exit_code == 0
    found = answer("run", str(path), "--days", "20", "--at", "10", "--json")
    own = answer("run", "core", "--days", "20", "--at", "10", "--json")
    assert found["at"]["10"]["il6"]["value"] == pytest.approx(own["at"]["10"]["il6"]["value"], rel=1e-5)
    printed = runner.invoke(app, ["model", "export", "liu2022", "--set", "B0=1000"]).stdout
    assert printed.startswith("<?xml")
    assert 'value="1000"' in printed


def test_import_of_many_sets(tmp_path):
    path, table = tmp_path / "liu.xml", tmp_path / "sets.csv"
    path.write_text(export_sbml(MODELS["liu2022"]))
    table.write_text("set_id,B0,r_T\na,1000,1.5\nb,2200,1.62\nc,3000,1.8\n")
    found = answer(
        "import",
        str(path),
        "--sets",
        str(table),
        "--days",
        "30",
        "--at",
        "7",
        "--json",
        "--out",
        str(tmp_path / "o"),
    )
    assert found["sets"] == ["a", "b", "c"]
    assert found["metrics"]["TA maximum"]["value"] == pytest.approx(612.4, rel=1e-3)  # sampled on a grid
    assert found["metrics"]["TA maximum"]["n"] == 3
    assert (tmp_path / "o" / "figure.svg").exists()
    table.write_text("set_id,B9\na,1000\n")
    assert "no such parameter" in refused("import", str(path), "--sets", str(table))


def test_bad_input_is_named():
    assert "Did you mean 'kimmel2021'" in refused("run", "kimel2021")
    assert "no such parameter" in refused("run", "kimmel2021", "--set", "r_Z=1")
    assert "name=value" in refused("run", "kimmel2021", "--set", "r_B")
    assert "lies outside" in refused("run", "kimmel2021", "--at", "9999")
    assert "no variation" in refused("run", "hanson2016", "--patients", "5")
    assert "no such individual" in refused("show", "hardiansyah2019:UPN9")
    assert "no such file" in refused("import", "nowhere.xml")
    assert "no such setting" in refused("run", "core:CML")
    assert "within its bounds" in refused("run", "core", "--set", "engraft_fraction=2")


def test_exit_code_and_empty_stdout():
    code = (
        "import sys; sys.argv = ['vein2vein', 'model', 'run', 'nobody2000', '--json']; "
        "from vein2vein.cli.app import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no such model" in done.stderr
