"""What the user asks for: a specification in TOML, validated, with near misses for misspelt keys."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from vein2vein.errors import ScenarioError, near_miss

Residues = Annotated[str, StringConstraints(pattern=r"^[ACDEFGHIKLMNPQRSTVWY]*$", max_length=60)]
Share = Annotated[float, Field(gt=0, lt=1)]


class Order(StrEnum):
    """Order of the two V domains of an scFv."""

    VL_VH = "VL-VH"
    VH_VL = "VH-VL"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class BinderUse(_Record):
    """One binder in a CAR; order and linker default to the published ones."""

    name: str
    order: Order | None = None
    linker: str | None = None


class CarSpec(_Record):
    """One CAR: one binder, or two joined by ``binder_linker`` (tandem)."""

    signal: str = "SP_CD8A"
    binder: Annotated[tuple[BinderUse, ...], Field(min_length=1, max_length=2)]
    binder_linker: str = "LINK_G4S3"
    junction: Residues = ""
    hinge: str = "HINGE_CD8A"
    transmembrane: str = "TM_CD8A"
    costimulation: Annotated[tuple[str, ...], Field(max_length=2)] = ("COSTIM_41BB",)
    signalling: str = "CD3Z_CAR"


class MarkerSpec(_Record):
    """A second chain that marks the cell or lets it be removed."""

    part: str
    signal: str = "SP_CSF2RA"


class SeparatorSpec(_Record):
    """The 2A peptide between two chains, with residues before and after it."""

    part: str = "P2A"
    before: Residues = ""
    after: Residues = ""


class CodingSpec(_Record):
    """Constraints of the coding DNA (limits on the scans: bits of the splice matrices in ``splice.py``)."""

    avoid_sites: tuple[str, ...] = ("BsaI", "BsmBI", "EcoRI", "BamHI", "NheI", "XbaI", "SalI")
    gc_low: Share = 0.35
    gc_high: Share = 0.65
    gc_window: Annotated[int, Field(ge=20, le=500)] = 100
    gc_window_low: Share = 0.30
    gc_window_high: Share = 0.70
    longest_homopolymer: Annotated[int, Field(ge=3, le=9)] = 5
    unique_word: Annotated[int, Field(ge=9, le=40)] = 15
    donor_bits: float = 8.5
    acceptor_bits: float = 9.5


class VectorSpec(_Record):
    """The transfer plasmid; promoter and post-regulatory element default to the backbone's own."""

    backbone: str = "lentiviral_sin"
    promoter: str | None = None
    post_regulatory: str | None = None
    kozak: bool = True


class ConstructSpec(_Record):
    """A whole construct. One CAR, a CAR and a marker (bicistronic), or two CARs (dual)."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$")]
    title: str = ""
    note: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1
    car: Annotated[tuple[CarSpec, ...], Field(min_length=1, max_length=2)]
    marker: MarkerSpec | None = None
    separator: SeparatorSpec = SeparatorSpec()
    coding: CodingSpec = CodingSpec()
    vector: VectorSpec = VectorSpec()


def read_spec(path: str | Path) -> ConstructSpec:
    """Return the specification in the TOML file at ``path``.

    Raises
    ------
    ScenarioError
        The file can't be read, isn't TOML, or a field isn't accepted; names file, field, value and remedy.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(
            f"can't read the specification ({error})",
            where=str(file),
            allowed="a TOML file",
            remedy="see docs/construct.md for an example",
        ) from error
    return parse_spec(text, where=str(file))


def parse_spec(text: str, *, where: str = "specification") -> ConstructSpec:
    """Return the specification in a TOML text; raises ScenarioError as :func:`read_spec` does."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(
            f"not valid TOML ({error})", where=where, remedy="correct the line that the message names"
        ) from error
    try:
        return ConstructSpec.model_validate(raw)
    except ValidationError as error:
        raise _explained(error.errors()[0], where) from error


def _explained(problem: Any, where: str) -> ScenarioError:
    """Return a pydantic problem as an error that names field, value, allowed and next step."""
    *above, last = problem["loc"]
    field = ".".join(str(step) for step in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = list(_model_at(tuple(above)).model_fields)
        return ScenarioError(
            f"unknown key.{near_miss(str(last), known)}",
            where=where,
            field=field,
            value=last,
            allowed=", ".join(known),
            remedy="correct or remove the key",
        )
    if problem["type"] == "missing":
        return ScenarioError("a key is missing", where=where, field=field, remedy="add the key")
    allowed = str(problem.get("ctx", {}).get("expected") or problem["msg"])
    return ScenarioError(
        "the value isn't accepted",
        where=where,
        field=field,
        value=problem["input"],
        allowed=allowed,
        remedy="correct the value",
    )


def _model_at(loc: tuple[Any, ...]) -> type[BaseModel]:
    models: dict[str, type[BaseModel]] = {
        "car": CarSpec,
        "binder": BinderUse,
        "marker": MarkerSpec,
        "separator": SeparatorSpec,
        "coding": CodingSpec,
        "vector": VectorSpec,
    }
    names = [step for step in loc if isinstance(step, str)]
    return models.get(names[-1], ConstructSpec) if names else ConstructSpec
