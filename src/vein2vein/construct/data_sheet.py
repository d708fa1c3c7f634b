"""The data sheet of a construct, HTML and Markdown: every check with verdict, value, limit and source."""

from __future__ import annotations

from collections import Counter
from importlib import metadata, resources
from typing import Any

from vein2vein.construct.check import Verdict
from vein2vein.construct.circular_map import circular_map
from vein2vein.construct.design import Construct
from vein2vein.construct.linear_map import linear_map
from vein2vein.construct.parts import Kind
from vein2vein.construct.protein_properties import chain_properties

_NOTICE = (
    "Research use only: never a medical device. A computed design and reference data, not a build "
    "specification; confirm every sequence before synthesis."
)


def data_sheet_html(construct: Construct) -> str:
    """Return the data sheet as one self-contained HTML page."""
    return _render("data_sheet.html.j2", construct, escape=True)


def data_sheet_markdown(construct: Construct) -> str:
    """Return the data sheet as Markdown; it shows the two map files that stand beside it."""
    return _render("data_sheet.md.j2", construct, escape=False)


def _render(template: str, construct: Construct, *, escape: bool) -> str:
    import jinja2
    from markupsafe import Markup

    folder = resources.files("vein2vein.construct") / "data" / "templates"
    environment = jinja2.Environment(
        autoescape=escape, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    page = environment.from_string((folder / template).read_text(encoding="utf-8"))
    maps = {
        "linear_svg": Markup(linear_map(construct.plasmid, construct.protein)),
        "circular_svg": Markup(circular_map(construct.plasmid, construct.restriction_map)),
    }
    return page.render(**_context(construct), **maps)


def _context(construct: Construct) -> dict[str, Any]:
    order = [Verdict.FAIL, Verdict.WARN, Verdict.PASS]
    counts = Counter(str(c.verdict) for c in construct.checks)
    parts = {f.part.id: f.part for f in construct.plasmid.features if f.part}
    return {
        "name": construct.spec.name,
        "title": construct.spec.title,
        "note": construct.spec.note,
        "notice": _NOTICE,
        "version": metadata.version("vein2vein") if _installed() else "from source",
        "counts": {str(v): counts.get(str(v), 0) for v in Verdict},
        "checks": sorted(
            (c.as_dict() for c in construct.checks), key=lambda c: order.index(Verdict(c["verdict"]))
        ),
        "drivers": _drivers(construct),
        "protein": _protein(construct),
        "segments": _segments(construct),
        "dna": {
            "length": f"{len(construct.coding.sequence):,}",
            "seed": construct.spec.seed,
            "objective": construct.coding.objective,
            "score": f"{construct.coding.objective_score:.1f}",
            "attempts": construct.coding.attempts,
            "unmet": construct.coding.unmet,
        },
        "elements": [
            {
                "name": f.name,
                "start": f.start + 1,
                "end": f.end,
                "verification": str(f.part.verification),
                "checked": f.part.checked,
                "source": f.part.source,
            }
            for f in construct.plasmid.features
            if f.part and f.part.kind is Kind.DNA
        ],
        "enzymes": [
            {"name": name, "count": len(cuts), "places": ", ".join(map(str, cuts)) or "–"}
            for name, cuts in construct.restriction_map.items()
        ],
        "junctions": [j for j in construct.junctions if len(j.peptide) == 15 and j.left == 7],
        "patented": sorted(p.id for p in parts.values() if p.patent) or ["none recorded"],
    }


def _installed() -> bool:
    try:
        metadata.version("vein2vein")
    except metadata.PackageNotFoundError:
        return False
    return True


def _drivers(construct: Construct) -> list[dict[str, str]]:
    drivers = construct.drivers
    rows = []
    for target in drivers.targets:
        known = target.binder_affinity_nM
        value = (
            f"{known.value_nM:g} nM ({known.low_nM:g}-{known.high_nM:g}), {known.status}"
            if known
            else "not found"
        )
        rows.append(
            {
                "what": "antigen and binder",
                "value": f"{target.antigen}, {target.binder}",
                "source": "parts library",
            }
        )
        rows.append(
            {
                "what": f"affinity of {target.binder}",
                "value": value,
                "source": known.source if known else "no source read",
            }
        )
    titre = drivers.relative_titre
    return [
        *rows,
        {
            "what": "costimulation",
            "value": str(drivers.costimulation),
            "source": "costimulatory domains of the receptor",
        },
        {
            "what": "genome length",
            "value": f"{drivers.genome_length_bp:,} bp (provirus)",
            "source": "counted",
        },
        {
            "what": "relative titre",
            "value": f"{titre.value:.2f} ({titre.low:.2f}-{titre.high:.2f})",
            "source": titre.source,
        },
        {"what": "promoter", "value": drivers.promoter, "source": "specification"},
        {"what": "marker", "value": drivers.marker or "none", "source": "specification"},
    ]


def _protein(construct: Construct) -> dict[str, Any]:
    text = construct.protein.sequence
    return {
        "length": len(text),
        "chains": chain_properties(construct.protein),
        "text": "\n".join(
            f"{i + 1:>5}  " + " ".join(text[j : j + 10] for j in range(i, min(i + 60, len(text)), 10))
            for i in range(0, len(text), 60)
        ),
    }


def _segments(construct: Construct) -> list[dict[str, Any]]:
    return [
        {
            "name": s.name,
            "start": s.start + 1,
            "end": s.end,
            "part": s.part.id if s.part else "–",
            "species": s.part.species if s.part else "–",
            "verification": str(s.part.verification) if s.part else "specification",
            "source": s.part.source if s.part else "–",
        }
        for s in construct.protein.segments
    ]
