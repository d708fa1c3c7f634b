"""What the maps share: colours by role, short labels, and a small SVG writer."""

from __future__ import annotations

from html import escape

from vein2vein.construct.parts import Part, Role

FONT = "font-family='Helvetica, Arial, sans-serif'"
INK, FAINT, PAPER = "#1f2933", "#9aa5b1", "#ffffff"

_COLOURS = {
    Role.PROMOTER_5LTR: "#b7c7d9",
    Role.LTR5: "#7f93a8",
    Role.LTR3: "#7f93a8",
    Role.DELTA_U3: "#566b80",
    Role.PSI: "#c9b18c",
    Role.GAG_FRAGMENT: "#e6dcc9",
    Role.LEADER: "#e6dcc9",
    Role.SPACER: "#e4e7eb",
    Role.RRE: "#c9b18c",
    Role.CPPT: "#c9b18c",
    Role.PPT: "#e6dcc9",
    Role.PROMOTER: "#f0b429",
    Role.CDS: "#3f8f6f",
    Role.PRE: "#9b8ec4",
    Role.POLYA: "#e4e7eb",
    Role.PLASMID: "#f0f2f5",
    Role.ORIGIN: "#d3d9e0",
    Role.RESISTANCE: "#d3a6a1",
    Role.SIGNAL_PEPTIDE: "#d3d9e0",
    Role.BINDER_VL: "#4f9bc7",
    Role.BINDER_VH: "#2f6f9f",
    Role.BINDER_VHH: "#2f6f9f",
    Role.LINKER: "#e4e7eb",
    Role.JUNCTION: "#e4e7eb",
    Role.HINGE: "#f3d9a4",
    Role.TRANSMEMBRANE: "#8d6e4f",
    Role.COSTIMULATION: "#3f8f6f",
    Role.SIGNALLING: "#a8503f",
    Role.CLEAVAGE_2A: "#f7a1a1",
    Role.MARKER: "#9b8ec4",
}
_LIGHT_TEXT = {
    Role.CDS,
    Role.BINDER_VH,
    Role.BINDER_VHH,
    Role.BINDER_VL,
    Role.TRANSMEMBRANE,
    Role.COSTIMULATION,
    Role.SIGNALLING,
    Role.LTR5,
    Role.LTR3,
    Role.DELTA_U3,
}
_SHORT = {
    Role.PROMOTER_5LTR: "RSV promoter",
    Role.LTR5: "5′ LTR (R-U5)",
    Role.LTR3: "3′ LTR (R-U5)",
    Role.DELTA_U3: "ΔU3",
    Role.PSI: "ψ",
    Role.GAG_FRAGMENT: "gag",
    Role.RRE: "RRE",
    Role.CPPT: "cPPT/CTS",
    Role.POLYA: "SV40 poly(A), ori",
    Role.ORIGIN: "pUC ori",
    Role.RESISTANCE: "AmpR",
    Role.SIGNAL_PEPTIDE: "signal",
    Role.LINKER: "linker",
    Role.JUNCTION: "junction",
}
_IDS = {
    "HINGE_CD8A": "CD8α hinge",
    "HINGE_CD28": "CD28 hinge",
    "HINGE_IGG4_WT": "IgG4 hinge",
    "HINGE_IGG4_S228P": "IgG4 hinge",
    "TM_CD8A": "CD8α TM",
    "TM_CD28": "CD28 TM",
    "TM_CD28_M28": "CD28 TM",
    "COSTIM_41BB": "4-1BB",
    "COSTIM_CD28": "CD28",
    "CD3Z_CAR": "CD3ζ",
    "CD3Z_TISA": "CD3ζ",
    "CD3Z_ISO1": "CD3ζ",
    "EGFRT": "EGFRt",
    "EF1A": "EF-1α promoter",
    "EFS": "EFS promoter",
    "MND": "MND promoter",
    "EF1A_HTLV": "EF-1α/HTLV promoter",
    "WPRE": "WPRE",
    "WPRE_MUT6": "WPRE (no X start)",
}


def short_label(role: Role | None, part: Part | None, name: str) -> str:
    """Return the label that a map shows."""
    if part is not None and part.id in _IDS:
        return _IDS[part.id]
    if role in _SHORT:
        return _SHORT[role]
    if part is not None and role in (Role.BINDER_VL, Role.BINDER_VH, Role.BINDER_VHH, Role.CLEAVAGE_2A):
        return part.id.replace("_", " ")
    return name


def colour(role: Role | None) -> str:
    """Return the fill of a role."""
    return _COLOURS.get(role, "#e4e7eb") if role else "#e4e7eb"


def text_colour(role: Role | None) -> str:
    """Return black or white, whichever reads better on the fill of a role."""
    return PAPER if role in _LIGHT_TEXT else INK


def text_width(text: str, size: float) -> float:
    """Return a cautious estimate of the width of a text, px."""
    return 0.58 * size * len(text)


def svg_text(
    x: float, y: float, text: str, size: float = 13, anchor: str = "middle", fill: str = INK, **more: str
) -> str:
    """Return a text element; underscores in the names of ``more`` stand for hyphens."""
    extra = "".join(f" {k.replace('_', '-')}='{escape(v)}'" for k, v in more.items())
    place = f"x='{x:.1f}' y='{y:.1f}' font-size='{size:g}' text-anchor='{anchor}' fill='{fill}'"
    return f"<text {place}{extra}>{escape(text)}</text>"


def svg_page(width: int, height: int, body: list[str], title: str) -> str:
    """Return a whole SVG document on white, with an accessible title."""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}' role='img' {FONT}><title>{escape(title)}</title>"
        f"<rect width='{width}' height='{height}' fill='{PAPER}'/>" + "".join(body) + "</svg>\n"
    )
