"""Small plans whose answers are known, and random ones; all made up."""

from __future__ import annotations

from typing import Any

import numpy as np

from homeground.plan import Model

YEARS = (2027, 2028, 2029)


def one_good(quantity: float = 100.0, opening_usd: float = 1e6, **more: Any) -> Model:
    """A need, and two suppliers: 60 t at 10 USD/t, 60 t at 20 USD/t. In one year."""
    given: dict[str, Any] = {
        "goods": [{"good": "grain", "unit": "t"}],
        "suppliers": [
            {"good": "grain", "supplier": "A", "year": 2027, "price_usd": 10.0, "cap": 60.0},
            {"good": "grain", "supplier": "B", "year": 2027, "price_usd": 20.0, "cap": 60.0},
        ],
        "needs": [{"good": "grain", "year": 2027, "quantity": quantity}],
    }
    return Model.of((2027,), opening_usd=opening_usd, **{**given, **more})


def two_crops(water: float = 120.0, **more: Any) -> Model:
    """Two crops for sale that share water: beans 3 USD for 2 m3 (at most 40 t), maize 1 USD for 1 m3 (at most 80 t)."""
    given: dict[str, Any] = {
        "goods": [{"good": g, "unit": u} for g, u in (("water", "m3"), ("beans", "t"), ("maize", "t"))],
        "processes": [{"process": "grow beans"}, {"process": "grow maize"}],
        "coefficients": [
            {"process": "grow beans", "good": "beans", "quantity": 1.0},
            {"process": "grow beans", "good": "water", "quantity": -2.0},
            {"process": "grow maize", "good": "maize", "quantity": 1.0},
            {"process": "grow maize", "good": "water", "quantity": -1.0},
        ],
        "resources": [{"good": "water", "year": 2027, "quantity": water}],
        "markets": [
            {"good": "beans", "market": "M", "year": 2027, "price_usd": 3.0, "demand": 40.0},
            {"good": "maize", "market": "M", "year": 2027, "price_usd": 1.0, "demand": 80.0},
        ],
    }
    return Model.of((2027,), **{**given, **more})


def factory(**more: Any) -> Model:
    """Fertiliser bought, or made of gas by lines that cost currency; grain bought; gas can be sold. Three years."""
    given: dict[str, Any] = {
        "goods": [{"good": g, "unit": "t"} for g in ("urea", "gas", "grain")],
        "suppliers": [
            *({"good": "urea", "supplier": "A", "year": y, "price_usd": 400.0, "cap": 60e3} for y in YEARS),
            *({"good": "urea", "supplier": "B", "year": y, "price_usd": 450.0, "cap": 60e3} for y in YEARS),
            *({"good": "grain", "supplier": "C", "year": y, "price_usd": 250.0, "cap": 90e3} for y in YEARS),
        ],
        "processes": [{"process": "line", "capacity": 10e3, "cost_home": 100.0}],
        "coefficients": [
            {"process": "line", "good": "urea", "quantity": 1.0},
            {"process": "line", "good": "gas", "quantity": -0.6},
        ],
        "resources": [{"good": "gas", "year": y, "quantity": 50e3} for y in YEARS],
        "markets": [{"good": "gas", "market": "M", "year": y, "price_usd": 100.0, "demand": 30e3} for y in YEARS],
        "needs": [
            *({"good": "grain", "year": y, "quantity": 50e3, "priority": 1.0} for y in YEARS),
            *({"good": "urea", "year": y, "quantity": 80e3, "priority": 2.0} for y in YEARS),
        ],
        "stocks": [{"good": "urea", "initial": 5e3, "max": 20e3, "loss": 0.02}],
        "projects": [
            {"project": "first line", "process": "line", "capacity": 30e3, "life": 4.0},
            {"project": "second line", "process": "line", "capacity": 25e3, "life": 3.0, "build_years": 2.0},
        ],
        "project_costs": [
            {"project": "first line", "step": 0, "cost_usd": 9e6, "cost_home": 30e6},
            {"project": "second line", "step": 0, "cost_usd": 5e6, "cost_home": 20e6},
        ],
        "opening_usd": 40e6,
        "currency": [{"year": y, "income_usd": 30e6, "floor_usd": 2e6} for y in YEARS],
        "home_per_usd": 7.0,
        "discount": 0.03,
    }
    return Model.of(YEARS, **{**given, **more})


def drawn(seed: int, *, opening: float = 20e6) -> Model:
    """A random plan: five goods, of which two are only bought, two processes, three projects, stocks and markets."""
    rng = np.random.default_rng(seed)
    goods = ("ore", "metal", "tool", "medicine", "fuel")
    return Model.of(
        YEARS,
        goods=[{"good": g, "unit": "t"} for g in goods],
        suppliers=[
            {
                "good": g,
                "supplier": s,
                "year": y,
                "price_usd": float(rng.uniform(200, 900)),
                "cap": float(rng.uniform(1e3, 9e3)),
            }
            for g in goods[1:]
            for s in ("A", "B", "C")
            for y in YEARS
        ],
        markets=[
            {"good": "ore", "market": "M", "year": y, "price_usd": 90.0, "demand": float(rng.uniform(1e3, 9e3))}
            for y in YEARS
        ],
        processes=[
            {"process": "smelt", "capacity": float(rng.uniform(0, 3e3)), "cost_home": 300.0},
            {"process": "forge", "capacity": 1e3, "cost_home": 200.0, "cost_usd": 5.0},
        ],
        coefficients=[
            {"process": "smelt", "good": "ore", "quantity": -2.0},
            {"process": "smelt", "good": "metal", "quantity": 1.0},
            {"process": "forge", "good": "metal", "quantity": -1.1},
            {"process": "forge", "good": "tool", "quantity": 1.0},
        ],
        resources=[{"good": "ore", "year": y, "quantity": 20e3} for y in YEARS],
        needs=[
            {"good": g, "year": y, "quantity": float(rng.uniform(2e3, 12e3)), "priority": float(p)}
            for p, g in enumerate(("medicine", "fuel", "tool"), 1)
            for y in YEARS
        ],
        stocks=[{"good": "metal", "initial": 500.0, "max": 2e3, "loss": 0.05}],
        projects=[
            {"project": "smelter", "process": "smelt", "capacity": 4e3, "life": 10.0},
            {"project": "forge 1", "process": "forge", "capacity": 3e3, "life": 8.0},
            {"project": "forge 2", "process": "forge", "capacity": 5e3, "life": 8.0, "first_year": 2028},
        ],
        project_costs=[
            {"project": p, "step": 0, "cost_usd": float(rng.uniform(5e5, 3e6)), "cost_home": 1e6}
            for p in ("smelter", "forge 1", "forge 2")
        ],
        opening_usd=opening,
        currency=[{"year": y, "income_usd": float(rng.uniform(2e6, 9e6))} for y in YEARS],
        home_per_usd=5.0,
    )


def bazaar(seed: int, share: float, **more: Any) -> Model:
    """Draw a plan of nine bought and two made goods that has `share` of the currency that all its needs take.

    Two priorities, weights, needs that must be met in part, a stock of a good that is only bought, a share limit, a
    target that binds and one that does not, two projects, something to sell.
    """
    rng = np.random.default_rng(seed)
    bought, made = [f"b{k}" for k in range(9)], ["made", "part"]
    sold = [
        {"good": g, "supplier": s, "year": y, "price_usd": float(rng.uniform(50, 900)), "cap": float(rng.uniform(2, 9))}
        for g in (*bought, *made)
        for s in ("A", "B", "C")
        for y in YEARS
    ]
    needs = [
        {
            "good": g,
            "year": y,
            "quantity": float(rng.uniform(5, 15)),
            "priority": float(1 + place % 2),
            "weight": float(rng.choice([0.5, 1.0, 3.0])),
            "must": 0.1 if place == 2 else 0.0,
        }
        for place, g in enumerate((*bought, "made"))
        for y in YEARS
    ]
    bill = 450.0 * sum(row["quantity"] for row in needs) / len(YEARS) * 1e3
    thousands = {"suppliers": ("cap",), "needs": ("quantity",)}
    rows = {"suppliers": sold, "needs": needs}
    for name, columns in thousands.items():
        rows[name] = [{**row, **{c: row[c] * 1e3 for c in columns}} for row in rows[name]]
    given: dict[str, Any] = {
        "goods": [{"good": g, "unit": "t"} for g in (*bought, *made)],
        **rows,
        "processes": [{"process": "assemble", "capacity": 2e3, "cost_home": 40.0, "cost_usd": 3.0}],
        "coefficients": [
            {"process": "assemble", "good": "made", "quantity": 1.0},
            {"process": "assemble", "good": "part", "quantity": -0.5},
        ],
        "markets": [{"good": "made", "market": "M", "year": y, "price_usd": 30.0, "demand": 1e3} for y in YEARS],
        "stocks": [{"good": "b7", "initial": 200.0, "max": 4e3, "loss": 0.03}],
        "caps": [{"good": "b8", "supplier": "*", "year": YEARS[1], "share": 0.5}],
        "targets": [
            {"good": "made", "year": YEARS[2], "share": 0.1},
            {"good": "made", "year": YEARS[1], "share": 0.6, "must": False},
        ],
        "projects": [
            {"project": "hall", "process": "assemble", "capacity": 4e3, "life": 9.0},
            {"project": "annex", "process": "assemble", "capacity": 3e3, "life": 9.0},
        ],
        "project_costs": [
            {"project": p, "step": 0, "cost_usd": float(rng.uniform(0.02, 0.2)) * bill, "cost_home": 1e6}
            for p in ("hall", "annex")
        ],
        "opening_usd": 0.2 * share * bill,
        "currency": [{"year": y, "income_usd": share * bill} for y in YEARS],
        "home_per_usd": 3.0,
        "discount": 0.04,
    }
    return Model.of(YEARS, **{**given, **more})
