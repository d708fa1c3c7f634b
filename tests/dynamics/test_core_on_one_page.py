"""The composed core model equals the same model written out once, on one page, in the symbols of its document."""

import math

import numpy as np
import pytest
import sympy

from vein2vein.dynamics.core import core_system


def one_page(y, p):
    """Right-hand side of the core model."""
    D, M, E, X, L, B, lnS, q, lnR, lnLR, G, T, Y, I, CRP, Fer, nu, A1, A2, st = y  # noqa: E741
    lam_S, lam_R = math.exp(lnS - q), math.exp(lnLR)
    S = math.exp(lnS) / -math.expm1(-lam_S) if lnS - q > p["log_luck_positive"] else 0.0
    R = math.exp(lnR) / -math.expm1(-lam_R) if lnLR > p["log_luck_negative"] else 0.0
    N = S + R
    # CAR-T and host cells
    u = p["engraft_fraction"] * p["infused_clearance"] * D
    A = p["accessibility"] * S + p["normal_antigen_weight"] * B
    a = A / (p["antigen_half_expansion"] + A)
    load = L + M + E + X
    h = 1 / (1 + (load / p["load_half_cytokine"]) ** p["load_steepness"])
    H = p["cytokine_independent"] + (1 - p["cytokine_independent"]) * h
    act, ret = p["activation_rate"] * a * M, p["memory_return"] * (1 - a) * E
    dM = p["memory_fraction"] * u + p["memory_proliferation"] * h * M - p["activation_loss"] * act + ret
    dM -= p["memory_loss"] * M
    dE = (1 - p["memory_fraction"]) * u + act + p["expansion_max"] * a * H * E - p["effector_death"] * E - ret
    dE -= p["exhaustion_rate"] * a * E
    dX = p["exhaustion_rate"] * a * E - p["exhausted_loss"] * X
    dL = p["host_regrowth"] * L * math.log(p["host_set_point"] / load)
    W = E + p["memory_killing"] * M
    kappa = p["kill_max"] * W / (p["kill_half_effectors"] + W + p["target_saturation"] * (S + B))
    dB = p["b_source"] + p["b_growth"] * B * (1 - B / p["b_set_point"]) - kappa * B
    # tumour
    b0 = p["growth"] / (1 - p["turnover"])
    b = max(b0 - p["growth"] * N / p["carrying_capacity"], 0)
    d0 = p["turnover"] * b0
    d0 += p["host_control"] * (L / p["host_set_point"]) / (1 + N / p["host_control_half"])
    dS = d0 + p["accessibility"] * kappa
    dR = d0 + p["bystander_kill"] * p["accessibility"] * kappa
    m = p["loss_mutation"] * b0 * S
    alive = lnS - q > p["log_luck_positive"] or (q < 14 and lnS - q > -30)
    dlnS, dq = (b - dS, b - dS + dS * math.exp(-q)) if alive else (0.0, 0.0)
    left = lnLR > -30 or S > 0
    grows = S > 0 or (lnLR > -30 and (lnLR > p["log_luck_negative"] or lnR - lnLR < 14))
    dlnR = (b - dR if grows else 0.0) + m * math.exp(-lnR)
    dlnLR = m * math.exp(-lnLR) - (dR * math.exp(lnLR - lnR) if left else 0.0)
    # cytokines and drugs
    z = p["body_size"]
    Ac = A / z / (p["antigen_half_secretion"] + A / z)
    secretion = p["ifn_product_factor"] * Ac * E / z + p["infused_secretion_weight"] * Ac * D
    secretion *= p["ifn_secretion"] * (1 - p["steroid_secretion_inhibition"] * st) / (1 + T)
    dG = secretion - p["ifn_clearance"] * G
    dT = p["tolerance_gain"] * G / (G + p["ifn_half_myeloid"]) - p["tolerance_decay"] * T
    u = G / p["ifn_half_myeloid"] + p["accessibility"] * kappa * S / z / p["lysis_half"]
    drive = u / (1 + u) * (1 - p["steroid_myeloid_inhibition"] * st)
    dY = p["myeloid_activation"] * drive * (1 - Y) - p["myeloid_decay"] * Y
    C = A1 / p["toci_volume_central"]
    rho = 1 / (1 + C / p["toci_half_receptor"])
    cn, cR = p["il6_clearance_other"], p["il6_clearance_receptor"]
    dI = (
        p["il6_secretion"] * p["myeloid_gain"] * Y ** p["il6_power"]
        + p["il6_baseline"] * (cn + cR)
        - (cn + cR * rho) * I
    )
    dCRP = p["crp_production"] * rho * I / (I + p["il6_half_crp"]) - p["crp_clearance"] * (
        CRP - p["crp_baseline"]
    )
    dFer = p["ferritin_production"] * p["myeloid_gain"] * Y**2
    dFer -= p["ferritin_clearance"] * (Fer - p["ferritin_baseline"])
    total = 0.5 * math.log1p(I / p["score_il6_ref"]) + 0.5 * math.log1p(G / p["score_ifn_ref"])
    dnu = p["icans_delay"] * (total * (1 - p["steroid_icans_inhibition"] * st) - nu)
    exchange = p["toci_flow"] * C - p["toci_flow"] * A2 / p["toci_volume_peripheral"]
    dA1 = -exchange - p["toci_clearance"] * C - p["toci_vmax"] * C / (p["toci_km"] + C)
    dD = -p["infused_clearance"] * D
    return [
        dD,
        dM,
        dE,
        dX,
        dL,
        dB,
        dlnS,
        dq,
        dlnR,
        dlnLR,
        dG,
        dT,
        dY,
        dI,
        dCRP,
        dFer,
        dnu,
        dA1,
        exchange,
        0.0,
    ]


@pytest.mark.parametrize("seed", range(40))
def test_composed_model_equals_the_page(seed):
    system = core_system()
    rng = np.random.default_rng(seed)
    p = {}
    for parameter in system.parameters:
        cells = parameter.unit.startswith("cell")
        p[parameter.name] = rng.uniform(0.1, 0.9) * (1e9 if cells else 1.0)
    p["one_cell"] = 1.0
    p["log_luck_positive"], p["log_luck_negative"] = rng.uniform(-3, 3, 2)
    y = []
    for state in system.states:
        y.append(rng.uniform(0.1, 0.9) * (1e9 if state.unit == "cell" else 1.0))
    y[6], y[7], y[8], y[9] = (
        rng.uniform(-40, 25),
        rng.uniform(0, 20),
        rng.uniform(-6, 12),
        rng.uniform(-40, 4),
    )
    arguments = [s.symbol for s in system.states] + [q.symbol for q in system.parameters]
    names = [d.symbol for d in system.derived]
    values = dict(zip(arguments, [*y, *p.values()], strict=True))
    with np.errstate(all="ignore"):  # branches that are not taken may overflow
        for d, symbol in zip(system.derived, names, strict=True):
            values[symbol] = sympy.lambdify(list(values), d.value, "numpy")(*values.values())
        rates = [sympy.lambdify(list(values), rate, "numpy")(*values.values()) for rate in system.rates]
    np.testing.assert_allclose(np.array(rates, float), one_page(y, p), rtol=1e-9, atol=1e-9)
