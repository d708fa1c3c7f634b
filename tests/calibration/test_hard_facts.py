"""Files that are hard to read right: a number is compared in its own unit and for its own patients, or refused by name."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.calibration.arms import match
from vein2vein.calibration.clinical_file import Observation, read_clinical_file
from vein2vein.calibration.fact_checks import comparable
from vein2vein.calibration.posterior import load_posterior
from vein2vein.calibration.prediction import Depth
from vein2vein.calibration.readouts import readout_of
from vein2vein.calibration.validation import validate

TRIAL = "trials:\n  T:\n    product: {product}\n    disease: {disease}\n"


@pytest.fixture
def asked(tmp_path):
    """What becomes of one fact: the observation in the model's unit, or why it is refused."""

    def ask(facts, product="axi-cel", disease="LBCL 3L+"):
        path = tmp_path / "facts.yaml"
        body = textwrap.indent(textwrap.dedent(facts).strip("\n"), " " * 4)
        path.write_text(TRIAL.format(product=product, disease=disease) + body + "\n", encoding="utf-8")
        (o,) = read_clinical_file(path).observations
        readout = readout_of(o, match(o.product, o.disease))
        return readout if isinstance(readout, str) else comparable(o, readout)

    return ask


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("orr: {value: 0.83, unit: fraction}", 83.0),
        ("orr: {value: 83, unit: percent}", 83.0),
        ("orr: {value: '83 % (75-89)', unit: ''}", 83.0),
        ("orr: {value: 83, unit: '% of infused (84/101)'}", 83.0),
        ("orr: {value: 0, unit: '%'}", 0.0),
    ],
)
def test_shares_are_read_in_their_unit(asked, fact, value):
    assert asked(f"n: 101\nefficacy: {{{fact}}}").value == value


@pytest.mark.parametrize(
    ("fact", "word"),
    [
        ("orr: {value: 0.83, unit: '%'}", "fraction, marked as percent"),
        ("orr: {value: 0.83}", "either a fraction or a percentage"),
        ("orr: {value: 140, unit: '%'}", "can't be a share"),
        ("orr: {value: 83, unit: days}", "can't be in"),
        ("orr: {value: 83, unit: '% of enrolled'}", "other patients"),
        ("orr: {value: 83, unit: '% of patients with bulky disease'}", "other patients"),
        ("orr: {value: 83, unit: '%', subset: elderly}", "elderly"),
        ("orr: {value: 83, unit: '%', scope: randomised}", "randomised"),
        ("orr: {value: 83, unit: '%', n: many}", "number of patients"),
        ("orr: {value: 83, unit: '%', n: 0}", "number of patients"),
        ("orr: {value: 83, unit: '%', ci: [0.75, 0.89]}", "doesn't contain"),
        ("orr: {value: .nan, unit: '%'}", "no single number"),
        ("orr: {value: '>80', unit: '%'}", "no single number"),
        ("orr: {value: true, unit: '%'}", "no single number"),
        ("mystery: {value: 83, unit: '%'}", "no readout"),
        ("landmarks: [{endpoint: PFS, month: -3, value: 40, unit: '%'}]", "needs its month"),
        ("landmarks: [{endpoint: PFS, month: 500, value: 40, unit: '%'}]", "outside"),
        ("landmarks: [{endpoint: OS median, value: 20, unit: kg}]", "a time can't be"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason(asked, fact, word):
    assert word in asked(f"n: 101\nefficacy: {{{fact}}}")


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ("dose: 2e6 cells/kg\nefficacy: {orr: {value: 80, unit: '%', n: 9}}", 1.5e8),
        ("dose: {value: 1.0e8, unit: cells}\nefficacy: {orr: {value: 80, unit: '%', n: 9}}", 1e8),
        ("efficacy_3e7: {orr: {value: 80, unit: '%', n: 9}}", 3e7),
        ("dose: 4 bags\nefficacy: {orr: {value: 80, unit: '%', n: 9}}", "the model takes cells"),
        ("burden: 40 cm2\nefficacy: {orr: {value: 80, unit: '%', n: 9}}", "the model takes cells"),
        ("efficacy_ge_65y: {orr: {value: 80, unit: '%', n: 9}}", "may name patients"),
    ],
)
def test_doses_burdens_and_groups_of_facts(asked, facts, word):
    found = asked(facts)
    assert word in found if isinstance(word, str) else found.dose == pytest.approx(word)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("landmarks: [{endpoint: OS median, value: 2, unit: years}]", 24.0),
        ("landmarks: [{endpoint: PFS median, value: 5.9, unit: month}]", 5.9),
    ],
)
def test_times_are_converted(asked, fact, value):
    assert asked(f"n: 101\nefficacy: {{{fact}}}").value == pytest.approx(value)


def test_hours_become_days_and_landmarks_are_found_as_they_are_written(asked):
    assert asked("n: 101\ntoxicity: {crs_onset: {value: 48, unit: hours}}").value == pytest.approx(2.0)
    for text in ("endpoint: OS@48", "endpoint: OS48", "endpoint: OS, month: 48 months", "endpoint: os_48 mo"):
        assert asked(f"n: 101\nefficacy: {{landmarks: [{{{text}, value: 44, unit: '%'}}]}}").month == 48


def test_levels_of_another_assay_are_refused(tmp_path):
    path = tmp_path / "facts.yaml"
    path.write_text(
        "kinetics: [{product: axi-cel, setting: LBCL, cmax: {value: 9, unit: copies/ug}}]", encoding="utf-8"
    )
    (o,) = read_clinical_file(path).observations
    assert "assays don't convert" in readout_of(o, match(o.product, o.disease))


def test_one_broken_entry_does_not_cost_the_others(tmp_path):
    path = tmp_path / "facts.yaml"
    path.write_text(
        "trials:\n  A: {disease: x}\n  B:\n  C: [1]\n  BITE: {product: teclistamab, disease: RRMM, efficacy: {orr: 63}}\n"
        "  NEW: {product: axi-cel, disease: LBCL, n: 40 patients, efficacy: {orr: {value: 80, unit: '%'}}}\n"
        "  ZUMA-7: {product: axi-cel, disease: LBCL, n: 40, toxicity: {tocilizumab: {value: 65, unit: '%'}}}\n"
        "kinetics: [5, {setting: x}, {product: axi-cel, setting: LBCL, time_course: [4, {day: x, median: 1}]}]\n",
        encoding="utf-8",
    )
    found = validate(read_clinical_file(path), load_posterior(), Depth(sets=2, patients=20, seed=1)).as_dict()
    assert [row["id"] for row in found["rows"]] == ["NEW orr"]
    refused = {entry["id"]: entry["why"] for entry in found["refused"]}
    assert {"A", "B", "C", "kinetics 1", "kinetics 2", "BITE orr", "ZUMA-7 tocilizumab"} <= set(refused)
    assert "habit" in refused["ZUMA-7 tocilizumab"]


SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 200),
    st.floats(),
    st.text(max_size=6),
    st.just([1]),
    st.just({"a": 1}),
)


@settings(max_examples=60, deadline=None)
@given(
    quantity=st.sampled_from(["orr", "cr", "crs_onset", "PFS", "OS median", "steroids", "cmax"]),
    fields=st.fixed_dictionaries(
        dict.fromkeys(("value", "unit", "n", "month", "ci", "dose", "subset"), SCALAR)
    ),
)
def test_whatever_stands_in_a_fact_it_is_compared_or_refused(tmp_path_factory, quantity, fields):
    import yaml

    path = tmp_path_factory.mktemp("any") / "facts.yaml"
    trial = {"product": "axi-cel", "disease": "LBCL", "dose": fields["dose"], "efficacy": {quantity: fields}}
    path.write_text(yaml.safe_dump({"trials": {"T": trial}}, allow_unicode=True), encoding="utf-8")
    for o in read_clinical_file(path).observations:
        readout = readout_of(o, match(o.product, o.disease))
        found = readout if isinstance(readout, str) else comparable(o, readout)
        assert found if isinstance(found, str) else isinstance(found, Observation)
        if isinstance(found, Observation) and readout.percent and found.value is not None:
            assert 0 <= found.value <= 100
