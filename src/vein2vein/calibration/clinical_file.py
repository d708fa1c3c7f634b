"""Reads a file of clinical facts (trials and kinetics, YAML) into observations, each with its trial and its n."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vein2vein.calibration.arms import indication_of
from vein2vein.calibration.fact_scope import SCOPES, cells, restricted, unknown_block
from vein2vein.errors import InputError
from vein2vein.evidence import load_sheet

READ = ("trials", "kinetics")
"""Sections of the schema that hold numbers of a trial; other sections hold facts of other kinds."""
IGNORED = frozenset({"meta", "sources"})
TRIAL_FIELDS = frozenset({"product", "disease", "phase", "note", "n", "dose", "burden", "source", "evidence"})
BLOCK_FIELDS = frozenset({"n", "dose", "burden", "grading_scale", "note", "source", "evidence", *SCOPES})
LANDMARK = re.compile(r"^\s*([A-Za-z]+)\s*[@\s_-]*\s*(\d+)?\s*(?:mo(?:nths?)?)?\s*(median)?\s*$")
NUMBER = re.compile(r"^\s*[~≈]?\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*%?\s*(?:\(.*\))?\s*$")
PATIENTS = re.compile(
    r"^\s*(?:n\s*=\s*)?(\d+)\s*(?:infused|treated)?\s*(?:patients|pts)?\s*(?:\(.*\))?\s*$", re.IGNORECASE
)
MONTHS = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(?:mo|months?|m)?\s*$", re.IGNORECASE)
COUNT = re.compile(r"(\d+)\s*/\s*(\d+)")


@dataclass(frozen=True)
class Observation:
    """One reported quantity.

    Parameters
    ----------
    id : str
        Where it stands in the file, in words.
    trial, product, disease : str
        Whose it is.
    quantity : str
        What: ``orr``, ``PFS``, ``PFS median``, ``crs_any``, ``cmax`` …
    month : float or None
        Of a landmark.
    value : float or None
        As reported; None where the file holds no number.
    text : str
        As the file has it.
    unit : str
        As reported.
    n : int or None
        Patients behind it.
    interval : (float, float) or None
        Reported 95 % interval.
    dose : float or None
        CAR-T cells infused, where the file states it for the block.
    burden : float or None
        Tumour cells at infusion, where the file states it.
    group : str
        Patients it holds for: ``all``, ``responders``, ``non-responders``, ``ratio``.
    scale : str
        Grading scale, where stated.
    doubt : str
        Why the file leaves open what the number is; empty where it doesn't.
    """

    id: str
    trial: str
    product: str
    disease: str
    quantity: str
    month: float | None
    value: float | None
    text: str
    unit: str
    n: int | None
    interval: tuple[float, float] | None
    dose: float | None = None
    burden: float | None = None
    group: str = "all"
    scale: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class ClinicalFile:
    """What a file holds.

    Parameters
    ----------
    observations : tuple of Observation
        Reported quantities.
    other_sections : tuple of str
        Sections, and cohorts in them, that hold no trial's numbers.
    broken : tuple of (str, str)
        Entries that can't be read, and why.
    """

    observations: tuple[Observation, ...]
    other_sections: tuple[str, ...]
    broken: tuple[tuple[str, str], ...] = ()


def read_clinical_file(path: Path) -> ClinicalFile:
    """Read a file of clinical facts.

    Raises
    ------
    InputError
        The file can't be read, is no YAML, or has neither of the sections ``trials`` and ``kinetics``. An entry that
        can't be read is no error of the file: it is listed as broken.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"can't read the clinical facts ({error})", where=str(path), allowed="a YAML file in UTF-8"
        ) from error
    if not isinstance(content, Mapping) or not any(section in content for section in READ):
        raise InputError(
            "the file holds no trials and no kinetics",
            where=str(path),
            field="trials, kinetics",
            allowed="the schema of the clinical evidence file: trials by name, kinetics as a list",
            remedy="see docs/validation.md for an example",
        )
    trials = content.get("trials") or {}
    rows = content.get("kinetics") or []
    if not isinstance(trials, Mapping) or not isinstance(rows, list):
        raise InputError(
            "trials must be a table by name, and kinetics a list", where=str(path), field="trials, kinetics"
        )
    found: list[Observation] = []
    broken: list[tuple[str, str]] = []
    for name, trial in trials.items():
        if isinstance(trial, Mapping) and trial.get("product") and trial.get("disease"):
            found += _trial(str(name), trial)
        else:
            broken.append(
                (str(name), "a trial needs a product and a disease, such as tisa-cel and ped/AYA B-ALL")
            )
    for index, row in enumerate(rows):
        if isinstance(row, Mapping) and row.get("product"):
            found += _kinetics(row)
        else:
            broken.append((f"kinetics {index + 1}", "a row of kinetics needs a product"))
    other = tuple(
        name for k in content if k not in READ and k not in IGNORED for name in _entries(str(k), content[k])
    )
    return ClinicalFile(tuple(_once(found)), other, tuple(broken))


def _entries(section: str, entries: Any) -> tuple[str, ...]:
    """Return the cohorts of a section by name, or the section where its entries have none."""
    named = (
        [e["cohort"] for e in entries if isinstance(e, Mapping) and "cohort" in e]
        if isinstance(entries, list)
        else []
    )
    return tuple(f"{section}: {name}" for name in named) or (section,)


def _once(observations: list[Observation]) -> Iterator[Observation]:
    """Yield observations with ids that are unique: a repeated one gets a number."""
    seen: dict[str, int] = {}
    for o in observations:
        seen[o.id] = seen.get(o.id, 0) + 1
        yield o if seen[o.id] == 1 else Observation(**{**vars(o), "id": f"{o.id} ({seen[o.id]})"})


def _trial(name: str, trial: Mapping[str, Any]) -> Iterator[Observation]:
    feasibility = trial.get("feasibility")
    infused, unread = _patients(feasibility.get("infused") if isinstance(feasibility, Mapping) else None)
    if infused is None:
        infused, unread = _patients(trial.get("n"))
    for block_name, block in trial.items():
        if block_name in TRIAL_FIELDS or not isinstance(block, Mapping):
            continue
        n, unread_here = _patients(block.get("n"))
        context = _context(name, str(trial["product"]), str(trial["disease"]), block, trial)
        context["dose"] = context["dose"] or _dose_in(str(block_name))
        context["scale"] = str(block.get("grading_scale", ""))
        context["doubt"] = (
            context["doubt"]
            or unknown_block(str(block_name))
            or restricted(block)
            or unread_here
            or (unread if n is None else "")
        )
        label = f"{name} {block_name}" if block_name not in ("efficacy", "toxicity") else name
        for key, fact in block.items():
            if key == "landmarks" and isinstance(fact, list):
                for landmark in fact:
                    yield _landmark(label, landmark, n or infused, context)
            elif key not in BLOCK_FIELDS:
                yield _fact(f"{label} {key}", str(key), fact, n or infused, context)


def _context(
    name: str, product: str, disease: str, block: Mapping[str, Any], trial: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what every fact of a block shares."""
    found: dict[str, Any] = {"trial": name, "product": product, "disease": disease, "doubt": ""}
    for what in ("dose", "burden"):
        stated = block.get(what) if block.get(what) is not None else trial.get(what)
        found[what], doubt = cells(stated, what, _weight(disease) if what == "dose" else None)
        found["doubt"] = found["doubt"] or doubt
    return found


def _weight(disease: str) -> float | None:
    """Return the weight (kg) of the adults of a disease; None where patients are children, or the disease is unknown."""
    indication = indication_of(disease)
    if indication not in ("LBCL", "MM"):
        return None
    return load_sheet("indications").value("weight_adult", indication).value


def _kinetics(row: Mapping[str, Any]) -> Iterator[Observation]:
    disease, group = str(row.get("setting", row.get("disease", ""))), str(row.get("group", "all"))
    n, unread = _patients(row.get("n"))
    context = _context(disease, str(row["product"]), disease, row, {}) | {"group": group}
    context["doubt"] = context["doubt"] or unread or restricted({**row, "group": "all"})
    label = f"{row['product']} {disease} {group}"
    for key in ("cmax", "tmax", "auc0_28", "t_half", "persistence"):
        if key in row:
            yield _fact(f"{label} {key}", key, row[key], n, context)
    course = row.get("time_course")
    for point in course if isinstance(course, list) else ():
        if isinstance(point, Mapping):
            value = {"value": point.get("median"), "n": point.get("n", n), "unit": row.get("unit", "")}
            yield _fact(f"{label} day {point.get('day')}", f"level day {point.get('day')}", value, n, context)


def _landmark(label: str, landmark: Any, n: int | None, context: dict[str, Any]) -> Observation:
    if not isinstance(landmark, Mapping):
        return _fact(f"{label} landmark", "landmark", landmark, n, context)
    endpoint = str(landmark.get("endpoint", ""))
    month = _month(landmark.get("month"))
    found = LANDMARK.match(endpoint)
    quantity = endpoint
    if found:
        quantity = found.group(1).upper() + (" median" if found.group(3) else "")
        month = month if month is not None or not found.group(2) else float(found.group(2))
    when = f" {month:g}" if month is not None else ""
    return _fact(f"{label} {quantity}{when}", quantity, landmark, n, context, month)


def _fact(
    id: str, quantity: str, fact: Any, n: int | None, context: dict[str, Any], month: float | None = None
) -> Observation:
    fact = fact if isinstance(fact, Mapping) else {"value": fact}
    value = fact.get("value")
    own, unread = _patients(fact.get("n"))
    return Observation(
        id=id,
        quantity=quantity,
        month=month if month is not None else _month(fact.get("month")),
        value=_number(value),
        text=str(value),
        unit=str(fact.get("unit", "") or ""),
        n=own if own is not None else n,
        interval=_interval(fact),
        **{
            **context,
            "scale": str(fact.get("grading_scale", context.get("scale", ""))),
            "doubt": context["doubt"] or unread or restricted(fact),
        },
    )


def _patients(fact: Any) -> tuple[int | None, str]:
    """Return a number of patients (None where none is stated), and what is wrong with it."""
    if isinstance(fact, Mapping):
        fact = fact.get("value")
    if fact is None:
        return None, ""
    found = None if isinstance(fact, bool) else PATIENTS.match(str(fact).removesuffix(".0"))
    if found is None or int(found.group(1)) < 1:
        return None, f"its n {fact!r} isn't a number of patients"
    return int(found.group(1)), ""


def _month(fact: Any) -> float | None:
    found = None if isinstance(fact, bool) else MONTHS.match(str(fact))
    return float(found.group(1)) if found else None


def _number(fact: Any) -> float | None:
    """Return the number of a fact, None where there is none or the text says more than one number."""
    if isinstance(fact, Mapping):
        fact = fact.get("value")
    if isinstance(fact, bool) or fact is None:
        return None
    if isinstance(fact, int | float):
        return float(fact) if math.isfinite(fact) else None
    found = NUMBER.match(str(fact))
    return float(found.group(1)) if found else None


def _interval(fact: Mapping[str, Any]) -> tuple[float, float] | None:
    for key in ("ci", "ci95", "interval", "ci_95"):
        ends = fact.get(key)
        if isinstance(ends, list | tuple) and len(ends) == 2:
            low, high = _number(ends[0]), _number(ends[1])
            if low is not None and high is not None:
                return low, high
    return None


def _dose_in(block_name: str) -> float | None:
    """Return the dose in the name of a block such as ``efficacy_450e6``."""
    found = re.search(r"_(\d+(?:\.\d+)?e\d+)$", str(block_name))
    return float(found.group(1)) if found else None
