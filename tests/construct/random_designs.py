"""Random valid specifications, drawn from the whole parts library."""

from __future__ import annotations

import random

from vein2vein.construct.library import parts_library
from vein2vein.construct.parts import Role
from vein2vein.construct.spec import (
    BinderUse,
    CarSpec,
    ConstructSpec,
    MarkerSpec,
    Order,
    SeparatorSpec,
    VectorSpec,
)


def random_spec(seed: int) -> ConstructSpec:
    """Return a specification: two thirds single CARs, the rest tandem, with a marker, or dual."""
    draw = random.Random(seed)
    library = parts_library()

    def one(*roles: Role) -> str:
        return draw.choice([p.id for p in library.with_role(*roles)])

    def binder() -> BinderUse:
        chosen = draw.choice(list(library.binders.values()))
        if len(chosen.domains) == 1:
            return BinderUse(name=chosen.id)
        return BinderUse(
            name=chosen.id,
            order=draw.choice(list(Order)),
            linker=draw.choice(["LINK_G4S3", "LINK_WHITLOW", None]),
        )

    def car(binders: int) -> CarSpec:
        return CarSpec(
            signal=one(Role.SIGNAL_PEPTIDE),
            binder=tuple(binder() for _ in range(binders)),
            binder_linker=draw.choice(["LINK_G4S3", "LINK_WHITLOW", "LINK_G4S1"]),
            junction=draw.choice(["", "AAA", "SDP", "TS"]),
            hinge=one(Role.HINGE),
            transmembrane=one(Role.TRANSMEMBRANE),
            costimulation=tuple(draw.sample(["COSTIM_CD28", "COSTIM_41BB"], draw.choice([0, 1, 1, 1, 2]))),
            signalling=one(Role.SIGNALLING),
        )

    form = draw.choices(["single", "tandem", "marker", "dual"], [66, 12, 12, 10])[0]
    return ConstructSpec(
        name=f"R{seed}",
        seed=seed,
        car=(car(1), car(1)) if form == "dual" else (car(2 if form == "tandem" else 1),),
        marker=MarkerSpec(part="EGFRT", signal=one(Role.SIGNAL_PEPTIDE)) if form == "marker" else None,
        separator=SeparatorSpec(part=draw.choice(["P2A", "GSG_T2A"])),
        vector=VectorSpec(
            backbone=draw.choice(list(library.backbones)),
            promoter=one(Role.PROMOTER),
            post_regulatory=draw.choice(["WPRE", "WPRE_MUT6", "none"]),
        ),
    )
