import pytest

from vein2vein.calibration.arms import indication_of, match, product_of
from vein2vein.calibration.clinical_file import read_clinical_file
from vein2vein.calibration.fit_set import targets_in
from vein2vein.calibration.readouts import group_of, readout_of
from vein2vein.errors import InputError

FACTS = """
meta: {title: test}
products: {x: {}}
trials:
  A:
    product: ide-cel
    disease: RRMM
    feasibility: {infused: {value: 128, unit: pts}}
    toxicity:
      neuro_any: {value: 87, unit: '% all neurologic (label)'}
      neuro_ge3: {value: 28, unit: '% NEJM (31% label)'}
      grading_scale: Penn
      crs_ge3: 5
      crs_any: {value: 84, unit: '% (label 85)'}
    efficacy_450e6:
      n: {value: 54}
      orr: {value: 81, unit: '%'}
      landmarks:
      - {endpoint: PFS, month: 24, value: 20, unit: '%', ci: [10, 30]}
      - {endpoint: PFS median, value: 12.1, unit: month}
      - {endpoint: OS@36, value: '40 (30/75)', unit: '%'}
      relapse: {value: 2/50 BCMA-negative}
kinetics:
- product: axi-cel
  setting: LBCL (ZUMA-1)
  group: 'R:NR'
  n: 101
  cmax: {value: 2.2, unit: fold}
  persistence: {value: '>2', unit: years}
"""


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return {o.id: o for o in read_clinical_file(path).observations}


def test_every_fact_becomes_an_observation_with_its_n_and_dose(facts):
    assert facts["A crs_any"].n == 128
    landmark = facts["A efficacy_450e6 PFS 24"]
    assert (landmark.n, landmark.dose, landmark.month, landmark.interval) == (54, 4.5e8, 24, (10, 30))
    assert facts["A efficacy_450e6 PFS median"].month is None
    assert (facts["A efficacy_450e6 OS 36"].month, facts["A efficacy_450e6 OS 36"].value) == (36, 40)
    assert facts["axi-cel LBCL (ZUMA-1) R:NR persistence"].value is None


def test_what_is_read_and_what_is_refused(facts):
    ide, axi = match("ide-cel", "RRMM"), match("axi-cel", "LBCL")
    assert readout_of(facts["A efficacy_450e6 PFS 24"], ide).months == 26
    assert readout_of(facts["A efficacy_450e6 relapse"], ide).percent
    assert "all neurologic" in readout_of(facts["A neuro_any"], ide)
    assert "Penn" in readout_of(facts["A crs_ge3"], ide)
    assert "manufacturing" in readout_of(facts["A feasibility infused"], ide)
    assert "no single number" in readout_of(facts["axi-cel LBCL (ZUMA-1) R:NR persistence"], axi)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("[1, 2]", "no trials"),
        ("a: 1", "no trials"),
        ("{", "can't read"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, content, word):
    path = tmp_path / "bad.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=word):
        read_clinical_file(path)


@pytest.mark.parametrize(
    ("disease", "indication"),
    [
        ("ped/AYA B-ALL", "B-ALL"),
        ("adult B-ALL", "adult B-ALL"),
        ("ALL (B2202+B2205J)", "B-ALL"),
        ("DLBCL 3L+", "LBCL"),
        ("RRMM 4L+ (>=3 prior)", "MM"),
        ("len-refractory MM 1-3 prior", "MM"),
        ("LBCL incl. transformed follicular", "LBCL"),
        ("DLBCL/PMBCL/tFL", "LBCL"),
        ("adults with r/r B-ALL", "adult B-ALL"),
        ("ALL, children and young adults", "B-ALL"),
        ("FL 3L+", None),
        ("MCL post-BTKi", None),
        ("CLL/SLL", None),
        ("SLE", None),
        ("all comers with glioma", None),
    ],
)
def test_diseases(disease, indication):
    assert indication_of(disease) == indication


def test_products_and_classes():
    assert product_of("Kymriah").name == "tisagenlecleucel"
    assert product_of("ciltacabtagene autoleucel (cilta-cel)").name == "ciltacabtagene autoleucel"
    assert match("cilta-cel", "RRMM").own
    assert [s.key for s in match("eque-cel", "RRMM").settings] == ["IDE", "CILTA"]
    liso = match("liso-cel", "LBCL 3L+")
    assert (liso.own, liso.toxicity, liso.survival) == (False, False, True)
    assert not match("obe-cel", "adult B-ALL").survival
    assert "unknown" in match("mystery-cel", "LBCL")
    assert "isn't calibrated" in match("tisa-cel", "FL 3L+")
    assert "no calibrated product" in match("cilta-cel", "LBCL")


@pytest.mark.parametrize(
    ("name", "group"),
    [("CR/CRi", "responders"), ("NR", "non-responders"), ("R:NR", "ratio"), ("all", "all"), ("odd", None)],
)
def test_groups(name, group):
    assert group_of(name) == group


def test_a_fit_set_takes_what_the_fit_calls_so(tmp_path):
    path = tmp_path / "fit.yaml"
    path.write_text(
        FACTS.replace("  cmax: {value: 2.2", "  auc0_28: {value: 5.4, unit: fold}\n  cmax: {value: 2.2")
    )
    found = {t.observable: t for t in targets_in(path)}
    assert set(found) == {
        "crs_any",
        "icans_severe",
        "orr",
        "cmax_ratio_responders",
    }  # no Penn grade, no late landmark, no ratio of AUC
    assert found["orr"].n == 54
    assert found["cmax_ratio_responders"].value == 2.2
    path.write_text("trials: {A: {product: mystery-cel, disease: LBCL, efficacy: {orr: 80}}}")
    with pytest.raises(InputError, match="nothing that can be fitted"):
        targets_in(path)
