"""A chapter of the report and the templates that chapters are written with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jinja2
from markupsafe import Markup

from vein2vein.report import estimate


@dataclass(frozen=True)
class Chapter:
    """One chapter, ready for the page.

    Parameters
    ----------
    id : str
        Anchor within the page: lower-case letters, digits and hyphens.
    title : str
        Heading, plain text.
    html : str
        Body, already escaped.
    wide : bool
        Whether the figures may use the full width of a large screen.
    """

    id: str
    title: str
    html: str
    wide: bool = False


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """Return the template environment: everything is escaped, an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("vein2vein.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": estimate.number,
        "count": estimate.count,
        "estimate": estimate.estimate,
        "listed": estimate.listed,
        "sentence_case": estimate.sentence_case,
    }
    return environment


def fill(template: str, **values: Any) -> Markup:
    """Return the template filled with values; text is escaped, drawings and formulas pass."""
    return Markup(templates().get_template(template).render(**values))
