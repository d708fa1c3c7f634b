"""SVG text: elements with escaped attributes and rounded coordinates."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from markupsafe import escape
from numpy.typing import ArrayLike


def coordinate(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{round(float(value), 1) + 0.0:.10g}"


def element(name: str, content: str = "", **attributes: object) -> str:
    """Return an element; ``_`` in attribute names stands for ``-``, None leaves one out.

    Parameters
    ----------
    name : str
        Tag.
    content : str
        SVG inside it; use :func:`text` for words.
    attributes : object
        Numbers are rounded, everything else is escaped.
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        shown = coordinate(value) if isinstance(value, float | int) else str(escape(str(value)))
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{shown}"')
    opening = " ".join(parts)
    return f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start", **attributes: object) -> str:
    """Return words at a place; ``kind`` names classes of the style sheet."""
    return element(
        "text",
        str(escape(words)),
        x=x,
        y=y,
        class_=kind or None,
        text_anchor=None if anchor == "start" else anchor,
        **attributes,
    )


def path(x: ArrayLike, y: ArrayLike) -> str:
    """Return path data through the points, lifted wherever a coordinate is NaN."""
    out: list[str] = []
    down = False
    for a, b in zip(np.asarray(x, dtype=float), np.asarray(y, dtype=float), strict=True):
        if np.isnan(a) or np.isnan(b):
            down = False
            continue
        out.append(f"{'L' if down else 'M'}{coordinate(a)} {coordinate(b)}")
        down = True
    return "".join(out)


def ribbon(x: ArrayLike, low: ArrayLike, high: ArrayLike) -> str:
    """Return closed path data between two lines, one piece for every run without NaN."""
    xs, lows, highs = (np.asarray(v, dtype=float) for v in (x, low, high))
    whole = ~(np.isnan(xs) | np.isnan(lows) | np.isnan(highs))
    return "".join(
        path(np.r_[xs[a:b], xs[a:b][::-1]], np.r_[highs[a:b], lows[a:b][::-1]]) + "Z" for a, b in runs(whole)
    )


def runs(flags: np.ndarray) -> Iterable[tuple[int, int]]:
    """Yield start and end of every run of true flags."""
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(int), 0]))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def stairs(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a step function that changes at each ``x``."""
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1]
