"""Checks of the vector: elements, self-inactivation, orientation, length and titre, signals, sites."""

from __future__ import annotations

import re

from vein2vein.construct.check import Check, Verdict, graded
from vein2vein.construct.coding import POLYA_SIGNALS
from vein2vein.construct.parts import Role, Verification
from vein2vein.construct.plasmid import Feature, Genome, Plasmid, RelativeTitre, relative_titre, viral_genome
from vein2vein.construct.restriction import restriction_map
from vein2vein.construct.spec import CodingSpec
from vein2vein.construct.splice import splice_sites

_NEEDED = (Role.LTR5, Role.PSI, Role.RRE, Role.CPPT, Role.PROMOTER, Role.CDS, Role.DELTA_U3, Role.LTR3)
_WARN_BP, _BLOCK_BP = 8_000, 9_500
_HIV_TATA = "ATATAAGCAGCTGCTT"
_X_START = re.compile(r"(?=CC.?ATGGCTGCTCG)")
_ORF_AA = 100
_KNOWN_SITES = {
    "CAGGTAAGT": "EF-1a intron donor",
    "TTTTCTTCCATTTCAGG": "EF-1a intron acceptor",
    "CTGGTGAGT": "HIV-1 major donor",
    "TAGGTAAGT": "HTLV-1 R donor",
}


def vector_checks(plasmid: Plasmid, spec: CodingSpec) -> list[Check]:
    """Return every check of a transfer plasmid; without a pair of LTRs only those that need none."""
    checks = [check_part_verification(plasmid), check_elements(plasmid)]
    if plasmid.first(Role.LTR5) is None or plasmid.first(Role.LTR3) is None:
        return [*checks, check_restriction_map(plasmid, spec)]
    genome = viral_genome(plasmid)
    return [
        *checks,
        check_self_inactivating(plasmid),
        check_single_promoter(plasmid, genome),
        check_orientation(plasmid),
        check_genome_length(genome),
        check_titre(relative_titre(genome.provirus_bp)),
        check_wpre(plasmid),
        check_insert_polya(plasmid),
        check_genome_splicing(plasmid, genome, spec),
        check_reading_frames(plasmid, genome),
        check_genome_repeats(plasmid, genome),
        check_restriction_map(plasmid, spec),
    ]


def check_part_verification(plasmid: Plasmid) -> Check:
    """Say loudly which DNA parts rest on one source."""
    weak = sorted(
        {
            f.part.id
            for f in plasmid.features
            if f.part and f.part.kind == "dna" and f.part.verification is not Verification.VERIFIED
        }
    )
    return Check(
        "verified DNA parts",
        graded(not weak, Verdict.WARN),
        f"not verified in two sources: {', '.join(weak)}" if weak else "every part verified in two sources",
        "each part identical in two independent sources",
        "parts library",
        "confirm the sequence against its source, or choose the backbone lentiviral_sin" if weak else "",
    )


def _offset(feature: Feature, origin: Feature, size: int) -> int:
    return (feature.start - origin.start) % size


def check_elements(plasmid: Plasmid) -> Check:
    """Check for each element, in the order in which the genome needs them."""
    found = {role: plasmid.all(role) for role in _NEEDED}
    missing = [r.label for r in _NEEDED if not found[r]]
    order: list[str] = []
    if not missing:
        origin = found[Role.LTR5][0]
        places = [_offset(found[r][0], origin, len(plasmid.sequence)) for r in _NEEDED]
        order = [
            b.label for a, b, p, q in zip(_NEEDED, _NEEDED[1:], places, places[1:], strict=False) if q < p
        ]
    serious = [m for m in missing if m != Role.CPPT.label]
    verdict = Verdict.FAIL if serious or order else graded(not missing, Verdict.WARN)
    value = (
        f"missing: {', '.join(missing)}"
        if missing
        else f"out of order: {', '.join(order)}"
        if order
        else "all present, in order"
    )
    return Check(
        "vector elements",
        verdict,
        value,
        " > ".join(r.label for r in _NEEDED),
        "third-generation self-inactivating lentiviral vector",
        ""
        if verdict is Verdict.PASS
        else "add or move the element (promoters are known only from the library)",
    )


def check_self_inactivating(plasmid: Plasmid) -> Check:
    """Check that the 3' U3 has lost its promoter, so that the provirus has none in its LTRs."""
    ltr3 = plasmid.first(Role.LTR3)
    start = ltr3.start if ltr3 else 0
    upstream = (plasmid.sequence * 2)[start + len(plasmid.sequence) - 500 : start + len(plasmid.sequence)]
    has_u3, has_tata = plasmid.first(Role.DELTA_U3) is not None, _HIV_TATA in upstream
    ok = has_u3 and not has_tata
    return Check(
        "self-inactivating 3' LTR",
        graded(ok, Verdict.FAIL),
        "deleted U3 before the 3' R"
        if ok
        else "U3 promoter (TATA box) before the 3' R"
        if has_tata
        else "no deleted U3",
        "deleted U3, no TATA box in 500 bases before the 3' R",
        "SIN design; deletion as in US 9,499,629 B2 SEQ ID NO:1",
        "" if ok else "use a SIN 3' LTR: a full U3 leaves a second promoter in the provirus",
    )


def check_single_promoter(plasmid: Plasmid, genome: Genome) -> Check:
    """Check that one internal promoter drives the receptor."""
    inside = [f for f in plasmid.all(Role.PROMOTER) if genome.holds(f, plasmid)]
    return Check(
        "internal promoter",
        graded(len(inside) == 1, Verdict.WARN if inside else Verdict.FAIL),
        ", ".join(f.name for f in inside) or "none recognised",
        "exactly one",
        "parts library",
        "" if len(inside) == 1 else "keep one promoter before the coding sequence",
    )


def check_orientation(plasmid: Plasmid) -> Check:
    """Check that promoter and coding sequence read in the sense of the genome."""
    against = [f.name for f in plasmid.features if f.role in (*_NEEDED, Role.PRE) and f.strand < 0]
    return Check(
        "orientation",
        graded(not against, Verdict.FAIL),
        f"against the genome: {', '.join(against)}" if against else "all elements in the sense of the genome",
        "all in the sense of the genome",
        "lentiviral vector with an intron-bearing or unidirectional promoter",
        "turn the element" if against else "",
    )


def check_genome_length(genome: Genome) -> Check:
    """Check the length: past 9.5 kb a vector isn't worth making."""
    length = genome.provirus_bp
    verdict = Verdict.FAIL if length > _BLOCK_BP else graded(length <= _WARN_BP, Verdict.WARN)
    return Check(
        "genome length",
        verdict,
        f"{length:,} bp provirus with both LTRs",
        f"warn above {_WARN_BP:,} bp, fail above {_BLOCK_BP:,} bp",
        "assumed, around the common vendor rule of 9.0 kb between LTRs; Kumar 2001, Hum Gene Ther 12:1893",
        ""
        if verdict is Verdict.PASS
        else "shorten promoter, marker or second receptor, or split over two vectors",
    )


def check_titre(titre: RelativeTitre) -> Check:
    """Weigh the packaging penalty that the length costs."""
    return Check(
        "relative titre",
        graded(titre.value >= 0.5, Verdict.WARN),
        f"{titre.value:.2f} ({titre.low:.2f}-{titre.high:.2f}) of the reference vector",
        "at least 0.5 (assumed)",
        titre.source,
        "" if titre.value >= 0.5 else "plan more vector for each dose, or shorten the genome",
    )


def check_wpre(plasmid: Plasmid) -> Check:
    """Check for the X-protein start of a wild-type WPRE."""
    pre = plasmid.first(Role.PRE)
    text = plasmid.text(pre) if pre else ""
    starts = [m.start() for m in _X_START.finditer(text)]
    return Check(
        "WPRE X-protein start",
        graded(not starts, Verdict.WARN),
        "no post-regulatory element"
        if pre is None
        else f"ATG of the X protein at base {starts[0] + 1}"
        if starts
        else "absent",
        "no CCATGGCTGCTCG in the WPRE",
        "the six-change WPRE of the lisocabtagene vector (FDA GSRS 939TQL8M8R) avoids it",
        "use WPRE_MUT6" if starts else "",
    )


def check_insert_polya(plasmid: Plasmid) -> Check:
    """List polyadenylation signals from promoter to 3' LTR (the LTR's own is needed)."""
    first, last = plasmid.first(Role.PROMOTER), plasmid.first(Role.DELTA_U3) or plasmid.first(Role.LTR3)
    if first is None or last is None:
        hits: list[str] = []
    else:
        end = last.start if last.start > first.start else last.start + len(plasmid.sequence)
        insert = (plasmid.sequence * 2)[first.start : end]
        hits = [
            f"{s} at {first.start + i + 1}"
            for s in POLYA_SIGNALS
            for i in range(len(insert))
            if insert.startswith(s, i)
        ]
    return Check(
        "polyadenylation signals, insert",
        graded(not hits, Verdict.WARN),
        ", ".join(hits) or "none from promoter to 3' polypurine tract",
        "none (the signal of the 3' R is needed and not counted)",
        "canonical signals; they end the packaged RNA early",
        "recode, or accept it in a promoter known to work (MND carries one)" if hits else "",
    )


def check_genome_splicing(plasmid: Plasmid, genome: Genome, spec: CodingSpec) -> Check:
    """List splice sites of the sense genome that aren't known ones of the vector."""
    sites = splice_sites(genome.text(plasmid), spec.donor_bits, spec.acceptor_bits)
    known = [_KNOWN_SITES[s.word] for s in sites if s.word in _KNOWN_SITES]
    rest = [s for s in sites if s.word not in _KNOWN_SITES]
    listing = "; ".join(
        f"{s.kind} {s.word} at {(genome.start + s.start) % len(plasmid.sequence) + 1}, {s.bits:.1f} bits"
        for s in rest[:4]
    )
    return Check(
        "splice sites, genome",
        graded(not rest, Verdict.WARN),
        (listing or "no unexpected site") + (f" (known: {', '.join(known)})" if known else ""),
        f"donor ≤ {spec.donor_bits} bits, acceptor ≤ {spec.acceptor_bits} bits, apart from the known sites",
        "own position weight matrices, limits assumed; promoter donors fuse with host RNA (Miskey 2023)",
        "prefer a promoter without an intron (EFS), or test for aberrant fusion transcripts" if rest else "",
    )


def check_reading_frames(plasmid: Plasmid, genome: Genome) -> Check:
    """List open reading frames of the sense genome other than the receptor's."""
    coding = plasmid.first(Role.CDS)
    start = genome.offset(coding.start, plasmid) if coding else 0
    receptor = range(start, start + len(coding)) if coding else range(0)
    cppt = plasmid.first(Role.CPPT)
    # gag, RRE and env pieces stand in every vector of this family
    remnant = range(genome.offset(cppt.start, plasmid)) if cppt else range(0)
    found = [row for row in open_reading_frames(genome.text(plasmid)) if row[0] not in receptor]
    long = [f for f in found if f[1] > 200 and f[0] not in remnant]

    def told(at: int, size: int) -> str:
        place = (genome.start + at) % len(plasmid.sequence) + 1
        return f"{size} aa at {place}{' (viral remnant)' if at in remnant else ''}"

    return Check(
        "other reading frames",
        graded(not long, Verdict.WARN),
        "; ".join(told(*row) for row in found) or f"none of {_ORF_AA} aa or more",
        "none above 200 aa after the cPPT, from ATG to stop in the sense genome",
        "assumed; frames in the gag, RRE and env remnants are those of every vector of this family",
        "look at what the frame encodes" if long else "",
    )


def open_reading_frames(sequence: str, shortest_aa: int = _ORF_AA) -> list[tuple[int, int]]:
    """Return start (0-based) and length in residues of each frame from ATG to stop, three forward frames."""
    found = []
    for frame in range(3):
        start = None
        for i in range(frame, len(sequence) - 2, 3):
            codon = sequence[i : i + 3]
            if codon == "ATG" and start is None:
                start = i
            elif codon in ("TAA", "TAG", "TGA") and start is not None:
                if (i - start) // 3 >= shortest_aa:
                    found.append((start, (i - start) // 3))
                start = None
    return sorted(found)


def check_genome_repeats(plasmid: Plasmid, genome: Genome) -> Check:
    """Check for direct repeats between the LTRs, which reverse transcription can delete."""
    width = 30
    text = genome.text(plasmid)[181 : genome.end - genome.start - 181]
    seen: dict[str, int] = {}
    hits: list[tuple[int, int]] = []
    for i in range(len(text) - width + 1):
        word = text[i : i + width]
        if word in seen:
            hits.append((seen[word], i))
        seen.setdefault(word, i)
    return Check(
        "direct repeats, genome",
        graded(not hits, Verdict.WARN),
        f"{len(hits)} repeated {width}-base words, first at {genome.start + hits[0][0] + 182}"
        if hits
        else f"no {width}-base word twice",
        f"no {width}-base word twice between the LTRs",
        "assumed; direct repeats recombine in retroviral vectors",
        "recode one copy" if hits else "",
    )


def check_restriction_map(plasmid: Plasmid, spec: CodingSpec) -> Check:
    """Tell which enzymes cut once, and whether Golden Gate enzymes are free."""
    table = restriction_map(plasmid.sequence, (*spec.avoid_sites, "BsaI", "BsmBI"))
    single = [name for name, cuts in table.items() if len(cuts) == 1]
    golden = {name: len(table[name]) for name in ("BsaI", "BsmBI")}
    return Check(
        "restriction map",
        Verdict.PASS,
        f"cut once: {', '.join(single) or 'none'}; " + ", ".join(f"{n} cuts {c}×" for n, c in golden.items()),
        "listed; BsaI stands in both R regions and in AmpR, so Golden Gate with it isn't free",
        "REBASE (Biopython)",
    )
