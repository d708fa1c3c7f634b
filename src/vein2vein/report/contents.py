"""What a report is made of: frozen records of numbers, the contract of programme and page."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from vein2vein.report.chapter import Chapter
from vein2vein.report.estimate import Estimate
from vein2vein.report.patient_records import Composition, Journey, SurvivalPanel, Swimmer, Syndrome
from vein2vein.report.trust_records import Credibility, ModelPage, Provenance


@dataclass(frozen=True)
class Group:
    """A product in an indication, as the report names it.

    Parameters
    ----------
    label : str
        Short name, used by every other record to refer to the group.
    patients : int
        Its patients in one cohort.
    meaning : str
        Product and indication in full.
    """

    label: str
    patients: int
    meaning: str = ""


@dataclass(frozen=True)
class Header:
    """What was simulated.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    meaning : str
        What it stands for, one or two sentences.
    groups : sequence of Group
        In the order in which they are shown and coloured.
    replicates : int
        How often the cohort was simulated.
    seed : int
        Seed of the run.
    version : str
        Version of vein2vein.
    """

    scenario: str
    meaning: str
    groups: Sequence[Group]
    replicates: int
    seed: int
    version: str

    @property
    def patients(self) -> int:
        """Patients of one cohort."""
        return sum(group.patients for group in self.groups)


class Agreement(enum.Enum):
    """How a reported claim stands to the simulation; the value is the sign shown beside the verdict."""

    AGREES = "●"
    IN_PART = "◐"
    DISAGREES = "○"
    CANNOT_TELL = "?"


@dataclass(frozen=True)
class Claim:
    """A reported claim and what the simulation says to it.

    Parameters
    ----------
    id : str
        Identifier, as in ``summary.json``.
    text : str
        The claim as it was reported.
    reported, predicted : Estimate or None
        Reported value with its exact 95 % interval; prediction with its 95 % prediction interval.
    verdict : str
        The appraisal in words.
    agreement : Agreement
        The appraisal as a sign.
    note : str
        What qualifies the reported number, such as the n that would be needed.
    """

    id: str
    text: str
    reported: Estimate | None
    predicted: Estimate | None
    verdict: str
    agreement: Agreement = Agreement.CANNOT_TELL
    note: str = ""


@dataclass(frozen=True)
class ReportInput:
    """Everything that a report shows.

    An empty sequence or None leaves its chapter in place, saying that there is nothing to show. ``before``
    holds chapters on what comes before the infusion, after the claims; ``further``
    holds chapters written elsewhere; they stand before Credibility.
    """

    header: Header
    claims: Sequence[Claim] = ()
    journeys: Sequence[Journey] = ()
    syndromes: Sequence[Syndrome] = ()
    swimmers: Sequence[Swimmer] = ()
    survival: Sequence[SurvivalPanel] = ()
    compositions: Sequence[Composition] = ()
    model: ModelPage | None = None
    credibility: Credibility | None = None
    provenance: Provenance | None = None
    before: Sequence[Chapter] = ()
    further: Sequence[Chapter] = ()
