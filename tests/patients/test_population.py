import numpy as np
import pytest
from scipy import stats

from vein2vein.dynamics.core import core_system
from vein2vein.errors import ScenarioError
from vein2vein.evidence import load_sheet
from vein2vein.patients.population import draw_population
from vein2vein.patients.settings import SETTINGS, setting, setting_of_construct

NAMES = [p.name for p in core_system().parameters]


def population(n=4000, seed=1, first=0, setting_of=None, **options):
    setting_of = np.arange(first, first + n) % len(SETTINGS) if setting_of is None else setting_of
    sheets = load_sheet("core_model"), load_sheet("indications")
    return draw_population(
        SETTINGS, setting_of, core_system().parameters, *sheets, seed=seed, first=first, **options
    )


def test_every_parameter_of_the_model_is_drawn_within_its_bounds():
    p = population()
    assert set(NAMES) == set(p.parameters)
    for parameter in core_system().parameters:
        values = p.parameters[parameter.name]
        assert values.shape == (4000,)
        assert np.isfinite(values).all(), parameter.name
        assert (values >= float(parameter.lower)).all(), parameter.name
        assert (values <= float(parameter.upper)).all(), parameter.name


def test_patient_k_is_the_same_patient_in_a_small_and_in_a_large_cohort():
    small, large = population(40, first=60), population(200)
    for name in NAMES:
        np.testing.assert_array_equal(small.parameters[name], large.parameters[name][60:100])
    assert small.table.reset_index(drop=True).equals(large.table.iloc[60:100].reset_index(drop=True))


def test_another_seed_gives_other_patients():
    assert not np.allclose(population(8).parameters["growth"], population(8, seed=2).parameters["growth"])


def test_spread_and_fitness_follow_the_sheet():
    sheet = load_sheet("core_model")
    p = population(20_000, setting_of=np.zeros(20_000, int))
    log_kill = np.log(p.parameters["kill_max"])
    assert np.std(log_kill) == pytest.approx(sheet.value("kill_max", "ALL").spread, rel=0.03)
    r = np.corrcoef(log_kill, np.log(p.parameters["expansion_max"]))[0, 1]
    assert r == pytest.approx(sheet.value("fitness_loading").value ** 2, abs=0.03)


def test_doses_keep_their_clip_and_scale_with_the_scenario():
    low, high = load_sheet("core_model").value("dose", "ALL").clip
    p = population(4000, setting_of=np.zeros(4000, int))
    assert low <= p.table["dose"].min() < p.table["dose"].max() <= high
    doubled = population(4000, setting_of=np.zeros(4000, int), dose={"ALL": 2.2e8})
    np.testing.assert_allclose(doubled.table["dose"], 2 * p.table["dose"])


def test_demographics_match_the_trials():
    p = population(20_000).table
    ages = p.groupby("indication")["age"]
    assert ages.median()["B-ALL"] == pytest.approx(11, abs=0.5)
    assert ages.median()["LBCL"] == pytest.approx(58, abs=1)
    assert (ages.min()["B-ALL"], ages.max()["B-ALL"]) == (
        pytest.approx(3, abs=0.3),
        pytest.approx(24, abs=0.5),
    )
    children = p[p["indication"] == "B-ALL"]
    assert stats.spearmanr(children["age"], children["weight"]).statistic > 0.8
    assert (children[children["age"] < 10]["weight"] < 80).all()


@pytest.mark.parametrize(
    ("indication", "product", "message"),
    [
        ("B-ALL", "tisagenlecleucell", "Did you mean 'tisagenlecleucel'"),
        ("ALL", "tisagenlecleucel", "unknown indication"),
        ("MM", "tisagenlecleucel", "not calibrated"),
    ],
)
def test_unknown_settings_are_refused(indication, product, message):
    with pytest.raises(ScenarioError, match=message):
        setting(indication, product)


def test_a_construct_chooses_the_kinetics_of_its_class():
    from vein2vein.construct.design import default_designs

    designs = default_designs()
    assert setting_of_construct("B-ALL", designs["CD19-41BB"].drivers).key == "ALL"
    assert setting_of_construct("MM", designs["BCMA-41BB"].drivers).key == "IDE"
    with pytest.raises(ScenarioError, match="CD19 with CD28"):
        setting_of_construct("LBCL", designs["CD19-41BB"].drivers)
