"""Which calibrated setting speaks for a trial's arm, how far, and why not where none does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vein2vein.patients.settings import SETTINGS, Setting

MIXED = (
    "shares antigen and costimulation with both calibrated products; either may be the closer, so half each"
)


@dataclass(frozen=True)
class Product:
    """A CAR-T product: what it recognises and how it signals."""

    name: str
    aliases: tuple[str, ...]
    antigen: str
    costimulation: str


PRODUCTS = (
    Product("tisagenlecleucel", ("tisa-cel", "tisa", "kymriah", "ctl019"), "CD19", "4-1BB"),
    Product("axicabtagene ciloleucel", ("axi-cel", "axi", "yescarta", "kte-c19"), "CD19", "CD28"),
    Product("brexucabtagene autoleucel", ("brexu-cel", "brexu", "tecartus", "kte-x19"), "CD19", "CD28"),
    Product("lisocabtagene maraleucel", ("liso-cel", "liso", "breyanzi", "jcar017"), "CD19", "4-1BB"),
    Product("relmacabtagene autoleucel", ("relma-cel", "relma", "carteyva"), "CD19", "4-1BB"),
    Product("obecabtagene autoleucel", ("obe-cel", "obe", "aucatzyl"), "CD19", "4-1BB"),
    Product("varnimcabtagene autoleucel", ("var-cel", "ari-0001", "ari0001"), "CD19", "4-1BB"),
    Product("talicabtagene autoleucel", ("tali-cel", "nexcar19"), "CD19", "4-1BB"),
    Product("idecabtagene vicleucel", ("ide-cel", "ide", "abecma", "bb2121"), "BCMA", "4-1BB"),
    Product("ciltacabtagene autoleucel", ("cilta-cel", "cilta", "carvykti", "lcar-b38m"), "BCMA", "4-1BB"),
    Product("equecabtagene autoleucel", ("eque-cel", "eque", "fucaso", "ct103a"), "BCMA", "4-1BB"),
    Product("zevorcabtagene autoleucel", ("zevor-cel", "zevor", "ct053"), "BCMA", "4-1BB"),
    Product("cesnicabtagene autoleucel", ("cesni-cel", "ari0002h"), "BCMA", "4-1BB"),
)


@dataclass(frozen=True)
class Arm:
    """What is simulated for a trial's arm.

    Parameters
    ----------
    settings : tuple of Setting
        One, or several that share the weight.
    own : bool
        Whether the product is the calibrated one, so that levels, doses and grades hold for it.
    survival : bool
        Whether overall survival may be predicted.
    toxicity : bool
        Whether grades may be predicted: the same antigen and costimulation.
    why : str
        On what the match rests.
    """

    settings: tuple[Setting, ...]
    own: bool
    survival: bool
    toxicity: bool
    why: str


def product_of(name: str) -> Product | None:
    """Return a product by its name, short name or brand; None if unknown."""
    whole = name.strip().lower()
    wanted = {whole, whole.partition(" (")[0]}
    return next((p for p in PRODUCTS if wanted & {p.name, *p.aliases}), None)


def indication_of(disease: str) -> str | None:
    """Return the calibrated indication of a disease: ``B-ALL``, ``adult B-ALL``, ``LBCL``, ``MM``; None if none."""
    text = re.sub(r"transformed (follicular|fl)\b|\btfl\b", "", disease.lower())
    if re.search(r"\b(rr)?mm\b|myeloma", text):
        return "MM"
    if re.search(r"\bfl\b|follicular|mcl|mantle|\bcll\b|sll|marginal|mzl|inhl|indolent|burkitt", text):
        return None
    if re.search(r"lbcl|large b", text):
        return "LBCL"
    if re.search(r"(^|[^A-Za-z])(B-?)?ALL\b", disease) or "lymphoblastic" in text:
        return "adult B-ALL" if "adult" in text and "young" not in text else "B-ALL"
    return None


def match(product_name: str, disease: str) -> Arm | str:
    """Return what is simulated for a product in a disease, or why nothing is."""
    product, indication = product_of(product_name), indication_of(disease)
    if product is None:
        return f"product {product_name!r} is unknown: antigen and costimulatory domain aren't on record"
    if indication is None:
        return f"disease {disease!r} isn't calibrated: no growth, burden or response rule for it"
    adult, indication = indication == "adult B-ALL", indication.removeprefix("adult ")
    same = tuple(s for s in SETTINGS if s.indication == indication and s.antigen == product.antigen)
    if not same:
        return f"no calibrated product against {product.antigen} in {indication}"
    calibrated = tuple(s for s in same if s.product == product.name)
    if calibrated and not adult:
        return Arm(calibrated, True, True, True, "calibrated product and disease")
    if adult:
        return Arm(
            same,
            False,
            False,
            False,
            "adults: the disease and antigen of the calibrated children and young adults; survival after relapse "
            "and deaths without relapse differ, so no overall survival",
        )
    alike = tuple(s for s in same if s.costimulation == product.costimulation)
    if len(alike) > 1:
        return Arm(alike, False, True, True, f"class: {product.name} {MIXED}")
    if alike:
        return Arm(
            alike, False, True, True, f"class: {alike[0].product} has the same antigen and costimulation"
        )
    return Arm(
        same,
        False,
        True,
        False,
        f"disease: {same[0].product} has the same antigen, but {same[0].costimulation} and not {product.costimulation}; "
        "response and survival only",
    )
