"""Formulas as MathML, made when the report is written: they need no network, no script and no font of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from xml.dom.minidom import Document

import sympy
from markupsafe import Markup, escape
from sympy.printing.mathml import MathMLPresentationPrinter

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
).split()
_LETTERS = dict(
    zip(_GREEK, "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True),
    varepsilon="ε",
    varphi="φ",
    ell="ℓ",
    vartheta="ϑ",
)
_TOKEN = re.compile(
    r"\\(?:mathrm|text|mathit|operatorname)\{([^{}]*)\}|\\([A-Za-z]+)|([A-Za-z]+|\d+)|([_^'{}])|(.)"
)


def symbol_markup(name: str) -> str:
    r"""Return MathML of the name of one symbol, given in the LaTeX of symbols.

    Letters, Greek letters, ``\mathrm{…}``, ``\text{…}``, one level of ``_`` and ``^``, and primes are known; a
    plain name such as ``rho_E`` or ``car_t_blood`` is read the same way, its further underscores as spaces.
    """
    base, _, rest = name.partition("_")
    base, _, power = base.partition("^")
    low, _, late = rest.partition("^")
    parts = [_row(part) for part in (base, low, power or late)]
    if low and (power or late):
        return f"<msubsup>{''.join(parts)}</msubsup>"
    if low:
        return f"<msub>{parts[0]}{parts[1]}</msub>"
    if power or late:
        return f"<msup>{parts[0]}{parts[2]}</msup>"
    return parts[0]


def _row(latex: str) -> str:
    """Return identifiers and numbers of a piece of a name, as one element."""
    out = []
    for upright, command, plain, sign, other in _TOKEN.findall(latex):
        word = command or plain
        if upright:
            out.append(f'<mi mathvariant="normal">{escape(upright)}</mi>')
        elif word in _LETTERS:
            out.append(f"<mi>{_LETTERS[word]}</mi>")
        elif word.isdigit():
            out.append(f"<mn>{word}</mn>")
        elif word:
            out.append(f"<mi>{escape(word)}</mi>")
        elif sign == "'":
            out.append("<mo>′</mo>")
        elif sign == "_" or other in ("\\", " "):
            out.append('<mspace width="0.15em"/>')
        elif other:
            out.append(f"<mo>{escape(other)}</mo>")
    return out[0] if len(out) == 1 else f"<mrow>{''.join(out)}</mrow>"


_REPAIRS = (
    ("<mo><</mo>", "<mo>&lt;</mo>"),
    ("<mo>></mo>", "<mo>&gt;</mo>"),
    ("<mo>-</mo>", "<mo>−</mo>"),
    ("<mn>-", "<mn>−"),
    ("<mo>&InvisibleTimes;</mo>", '<mspace width="0.17em"/>'),
    ("<mo>&amp;InvisibleTimes;</mo>", '<mspace width="0.17em"/>'),
)
"""What SymPy writes and what browsers want: escaped signs, a true minus, a thin space between factors."""


class _Exponential(sympy.Function):  # type: ignore[misc]
    """``exp`` that stays where it is written, instead of moving below a fraction bar."""


class _Printer(MathMLPresentationPrinter):
    """SymPy's printer with names given in LaTeX, cases for Piecewise, and ``ln``, ``min``, ``max``, ``exp``."""

    def __init__(self, names: Mapping[sympy.Symbol, str]) -> None:
        MathMLPresentationPrinter.__init__(self)
        self._names = names
        self._document = Document()

    def _leaf(self, tag: str, words: str) -> Any:
        node = self._document.createElement(tag)
        node.appendChild(self._document.createTextNode(words))
        return node

    def _node(self, tag: str, *children: Any) -> Any:
        node = self._document.createElement(tag)
        for child in children:
            node.appendChild(child)
        return node

    def _print_Symbol(self, symbol: sympy.Symbol, style: str = "plain") -> Any:
        return self._leaf("mi", f"\ue000{self._names.get(symbol, symbol.name)}\ue001")

    def _call(self, word: str, arguments: Any) -> Any:
        inside: list[Any] = []
        for argument in arguments:
            inside += ([self._leaf("mo", ",")] if inside else []) + [self._print(argument)]
        return self._node(
            "mrow",
            self._leaf("mi", word),
            self._node("mrow", self._leaf("mo", "("), *inside, self._leaf("mo", ")")),
        )

    def _print_log(self, e: Any) -> Any:
        return self._call("ln", e.args)

    def _print_Min(self, e: Any) -> Any:
        return self._call("min", sorted(e.args, key=str))

    def _print_Max(self, e: Any) -> Any:
        return self._call("max", sorted(e.args, key=str))

    def _print__Exponential(self, e: Any) -> Any:
        if e.args[0].has(sympy.Add) or sympy.count_ops(e.args[0]) > 4:
            return self._call("exp", e.args)
        return self._node("msup", self._leaf("mi", "e"), self._print(e.args[0]))

    def _print_Piecewise(self, e: Any) -> Any:
        rows = []
        for value, condition in e.args:
            when = (
                self._leaf("mtext", "otherwise")
                if condition == sympy.true
                else self._node("mrow", self._leaf("mtext", "if\u2002"), self._print(condition))
            )
            rows.append(self._node("mtr", self._node("mtd", self._print(value)), self._node("mtd", when)))
        table = self._node("mtable", *rows)
        table.setAttribute("class", "cases")
        return self._node("mrow", self._leaf("mo", "{"), table)

    def markup(self, expression: sympy.Basic) -> str:
        """Return the expression as MathML, without the enclosing element."""
        kept = expression.replace(sympy.exp, _Exponential)
        xml = str(self._print(kept).toxml())
        for raw, wanted in _REPAIRS:
            xml = xml.replace(raw, wanted)
        return re.sub("<mi>\ue000(.*?)\ue001</mi>", lambda name: symbol_markup(unescape(name[1])), xml)


def formula(expression: sympy.Basic, names: Mapping[sympy.Symbol, str] | None = None) -> Markup:
    """Return an expression as a MathML element for running text.

    Parameters
    ----------
    expression : sympy expression
        What to typeset.
    names : mapping of Symbol to str, optional
        LaTeX of symbols; the others are typeset by their own name.
    """
    return Markup(f"<math>{_Printer(names or {}).markup(expression)}</math>")


def equation(
    left: sympy.Basic,
    right: sympy.Basic,
    names: Mapping[sympy.Symbol, str] | None = None,
    *,
    derivative: bool = False,
) -> Markup:
    """Return ``left = right``, or with ``derivative`` ``d left / dt = right``, as a displayed formula."""
    printer = _Printer(names or {})
    head = printer.markup(left)
    if derivative:
        head = f"<mfrac><mrow><mi>d</mi>{head}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"
    return Markup(f'<math display="block"><mrow>{head}<mo>=</mo>{printer.markup(right)}</mrow></math>')
