"""Settings: a product given for an indication, for which the core model has parameters."""

from __future__ import annotations

from dataclasses import dataclass

from vein2vein.construct.drivers import ConstructDrivers
from vein2vein.errors import ScenarioError, near_miss


@dataclass(frozen=True)
class Setting:
    """A product given for an indication.

    Parameters
    ----------
    key : str
        Column of the evidence sheets.
    indication, indication_name : str
        Short and full name of the disease.
    product, short : str
        Non-proprietary name of the product whose published data calibrate the setting, and its usual short form.
    antigen, costimulation : str
        What its CAR recognises, and its costimulatory domain.
    """

    key: str
    indication: str
    indication_name: str
    product: str
    short: str
    antigen: str
    costimulation: str

    @property
    def label(self) -> str:
        """Indication and short name of the product."""
        return f"{self.indication} {self.short}"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ALL",
        "B-ALL",
        "paediatric and young-adult B-cell acute lymphoblastic leukaemia",
        "tisagenlecleucel",
        "tisa-cel",
        "CD19",
        "4-1BB",
    ),
    Setting("LBCL", "LBCL", "large B-cell lymphoma", "axicabtagene ciloleucel", "axi-cel", "CD19", "CD28"),
    Setting("IDE", "MM", "multiple myeloma", "idecabtagene vicleucel", "ide-cel", "BCMA", "4-1BB"),
    Setting("CILTA", "MM", "multiple myeloma", "ciltacabtagene autoleucel", "cilta-cel", "BCMA", "4-1BB"),
)


def setting(indication: str, product: str, *, where: str | None = None) -> Setting:
    """Return the setting of a product given for an indication.

    Raises
    ------
    ScenarioError
        Indication or product is unknown, or the product isn't calibrated for the indication.
    """
    indications = sorted({s.indication for s in SETTINGS})
    products = sorted({s.product for s in SETTINGS})
    if indication not in indications:
        raise ScenarioError(
            f"unknown indication.{near_miss(indication, indications)}",
            where=where,
            field="indication",
            value=indication,
            allowed=", ".join(indications),
        )
    if product not in products:
        raise ScenarioError(
            f"unknown product.{near_miss(product, products)}",
            where=where,
            field="product",
            value=product,
            allowed=", ".join(products),
        )
    for s in SETTINGS:
        if (s.indication, s.product) == (indication, product):
            return s
    raise ScenarioError(
        f"the model is not calibrated for {product} in {indication}",
        where=where,
        field="product",
        value=product,
        allowed=", ".join(s.product for s in SETTINGS if s.indication == indication),
        remedy="choose a product calibrated for the indication",
    )


def setting_of_construct(indication: str, drivers: ConstructDrivers, *, where: str | None = None) -> Setting:
    """Return the calibrated setting whose kinetics a construct is given: same antigen, same costimulation.

    Where two calibrated products share both (the myeloma products), the one with a single-chain binder, the
    first of :data:`SETTINGS`, stands for the class.

    Parameters
    ----------
    indication : str
        Short name of the disease.
    drivers : ConstructDrivers
        What the construct hands to later stages.
    where : str, optional
        Where it was asked for, for the message.

    Raises
    ------
    ScenarioError
        No calibrated product of the indication has this antigen and costimulation.
    """
    calibrated = [s for s in SETTINGS if s.indication == indication]
    for s in calibrated:
        if (s.antigen, s.costimulation) == (drivers.antigen, drivers.costimulation.value):
            return s
    raise ScenarioError(
        f"no kinetics are calibrated in {indication} for a construct against {drivers.antigen} with "
        f"{drivers.costimulation.value} costimulation",
        where=where,
        field="construct",
        value=drivers.name,
        allowed=", ".join(f"{s.antigen} with {s.costimulation}" for s in calibrated)
        or "no indication of this name",
        remedy="choose a construct of a calibrated class",
    )
