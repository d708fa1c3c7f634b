"""Formulas as MathML, made when the report is written: no network, no script, no font of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import unescape
from typing import Any
from xml.dom.minidom import Document

import sympy
from markupsafe import Markup, escape
from sympy.printing.mathml import MathMLPresentationPrinter

_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "varphi": "φ", "uparrow": "↑", "downarrow": "↓", "infty": "∞", "chi": "χ", "psi": "ψ", "omega": "ω",
    "ell": "ℓ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\(?:mathrm|text|mathit|operatorname)\{(?P<upright>[^{}]*)\}|\\(?P<command>[A-Za-z]+)|(?P<word>[A-Za-z]+)"
    r"|(?P<number>\d+)|(?P<space>\\[,;: ]|\s)|(?P<mark>[_^{}'])|(?P<other>[^\\])"
)


def symbol_markup(name: str) -> str:
    r"""Return MathML of the name of one symbol, given in the LaTeX of symbols.

    Letters, Greek letters, ``\mathrm{…}``, ``\text{…}``, nested ``_{…}`` and ``^{…}``, and primes are
    known; a plain name such as ``rho_E`` or ``car_t_blood`` is read the same way, further underscores as
    spaces.
    """
    if name.count("_") > 1 and not set("\\{}^") & set(name):
        base, _, rest = name.partition("_")
        name = f"{base}_{{{rest.replace('_', ' ')}}}"
    return _row(list(_TOKEN.finditer(name)))


def _row(tokens: list[re.Match[str]]) -> str:
    """Return the atoms up to the end of the group, taking them off ``tokens``."""
    out: list[str] = []
    while tokens and tokens[0]["mark"] != "}":
        out.append(_scripted(_atom(tokens), tokens))
    if tokens:
        tokens.pop(0)
    return out[0] if len(out) == 1 else f"<mrow>{''.join(out)}</mrow>"


def _scripted(base: str, tokens: list[re.Match[str]]) -> str:
    """Return the base with the subscript and superscript that follow it."""
    scripts: dict[str, str] = {}
    while tokens and tokens[0]["mark"] in ("_", "^", "'") and len(scripts) < 2:
        mark = tokens.pop(0)["mark"]
        scripts["^" if mark == "'" else mark] = "<mo>′</mo>" if mark == "'" else _atom(tokens)
    if len(scripts) == 2:
        return f"<msubsup>{base}{scripts['_']}{scripts['^']}</msubsup>"
    for mark, tag in (("_", "msub"), ("^", "msup")):
        if mark in scripts:
            return f"<{tag}>{base}{scripts[mark]}</{tag}>"
    return base


def _atom(tokens: list[re.Match[str]]) -> str:
    """Return one letter, word, number, sign or group, taking it off ``tokens``."""
    if not tokens:
        return "<mrow></mrow>"
    token = tokens.pop(0)
    word = token["command"] or token["word"]
    if token["mark"] == "{":
        return _row(tokens)
    if token["upright"] is not None:
        return f'<mi mathvariant="normal">{escape(token["upright"])}</mi>'
    if word:
        return f"<mi>{_LETTERS.get(word) or escape(word)}</mi>"
    if token["number"]:
        return f"<mn>{token['number']}</mn>"
    if token["space"]:
        return '<mspace width="0.17em"/>'
    return f"<mo>{escape(token['other'] or token['mark'])}</mo>"


_REPAIRS = (
    ("<mo><</mo>", "<mo>&lt;</mo>"),
    ("<mo>></mo>", "<mo>&gt;</mo>"),
    ("<mo>-</mo>", "<mo>−</mo>"),
    ("<mn>-", "<mn>−"),
    ("<mo>&InvisibleTimes;</mo>", '<mspace width="0.17em"/>'),
    ("<mo>&amp;InvisibleTimes;</mo>", '<mspace width="0.17em"/>'),
)
"""What SymPy writes and what browsers want: escaped signs, a true minus, a thin space between factors."""


class _Exponential(sympy.Function):
    """``exp`` that stays where it is written, instead of moving below a fraction bar."""


class _Printer(MathMLPresentationPrinter):
    """SymPy's printer with names given in LaTeX, cases, and ``ln``, ``min``, ``max``, ``exp``."""

    def __init__(self, names: Mapping[sympy.Symbol, str], variables: Collection[sympy.Symbol]) -> None:
        MathMLPresentationPrinter.__init__(self)
        self._names = names
        self._variables = variables
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
        return self._leaf("mi", f"\ue000{symbol.name[1:]}\ue001")

    def _as_ordered_terms(self, expression: Any, order: str | None = None) -> list[Any]:
        """Return the terms of a sum, gains before losses."""
        terms = list(MathMLPresentationPrinter._as_ordered_terms(self, expression, order=order))
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))

    def _ranked(self, symbol: sympy.Symbol) -> sympy.Symbol:
        """Return a symbol that sorts parameters before variables and carries the name to typeset."""
        rank = "b" if symbol in self._variables else "a"
        return sympy.Symbol(rank + self._names.get(symbol, symbol.name), **symbol.assumptions0)

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

    def _print_Float(self, e: Any) -> Any:
        mantissa, _, exponent = f"{float(e):.6g}".partition("e")
        if not exponent:
            return self._leaf("mn", mantissa)
        power = self._node("msup", self._leaf("mn", "10"), self._leaf("mn", str(int(exponent))))
        return (
            power
            if mantissa == "1"
            else self._node("mrow", self._leaf("mn", mantissa), self._leaf("mo", "·"), power)
        )

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
        table.setAttribute("displaystyle", "true")
        return self._node("mrow", self._leaf("mo", "{"), table)

    def markup(self, expression: sympy.Basic) -> str:
        """Return the expression as MathML, without the enclosing element."""
        named = expression.xreplace({symbol: self._ranked(symbol) for symbol in expression.free_symbols})
        kept = named.replace(sympy.exp, _Exponential)
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
    return Markup(f"<math>{_Printer(names or {}, ()).markup(expression)}</math>")


def equation(
    left: sympy.Basic,
    right: sympy.Basic,
    names: Mapping[sympy.Symbol, str] | None = None,
    *,
    derivative: bool = False,
    variables: Collection[sympy.Symbol] = (),
) -> Markup:
    """Return ``left = right`` as a displayed formula.

    Parameters
    ----------
    left, right : sympy expression
        The two sides.
    names : mapping of Symbol to str, optional
        LaTeX of symbols; the others are typeset by their own name.
    derivative : bool
        Whether the left side is the rate of change of ``left``.
    variables : collection of Symbol
        Symbols written after the others in a product: states and derived quantities after parameters.
    """
    printer = _Printer(names or {}, variables)
    head = printer.markup(left)
    if derivative:
        head = f"<mfrac><mrow><mi>d</mi>{head}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"
    return Markup(f'<math display="block"><mrow>{head}<mo>=</mo>{printer.markup(right)}</mrow></math>')
