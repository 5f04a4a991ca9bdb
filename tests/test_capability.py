"""Complexity, relatedness and reach against brute force, identities and other worlds; bad input is refused."""

from __future__ import annotations

import datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toy_world as toy
from homeground.errors import BadInput, UsageError
from homeground.measures import capability as cap

CLOSE = 1e-9
"""The eigenvectors of two algorithms agree to rounding over the gap between eigenvalues, here above 1e-3."""


def random_presence(seed: int, countries: int = 14, products: int = 33, share: float = 0.35) -> cap.Presence:
    """A random matrix without empty rows and columns, more filled where countries and products come early."""
    dice = np.random.default_rng(seed)
    slope = np.linspace(1.8, 0.4, countries)[:, None] * np.linspace(1.6, 0.4, products)[None, :]
    m = dice.random((countries, products)) < share * slope
    m[:, ~m.any(axis=0)] |= np.eye(countries, dtype=bool)[:, :1]
    m[0] |= dice.random(products) < 0.7
    m[~m.any(axis=1), 0] = True
    return cap.Presence(tuple(f"C{i:02}" for i in range(countries)), tuple(f"{i:06}" for i in range(products)), m)


WORLDS = [random_presence(seed) for seed in range(4)] + [random_presence(9, 31, 12)]


def naive(of: cap.Presence) -> tuple[np.ndarray, np.ndarray]:
    """ECI and PCI from the unsymmetric matrices, as the books write them; each by its own mean and deviation over n."""
    m = of.m.astype(float)
    d, u = m.sum(axis=1), m.sum(axis=0)
    found = []
    for matrix in ((m / d[:, None]) @ (m / u).T, (m / u).T @ (m / d[:, None])):
        values, vectors = np.linalg.eig(matrix)
        second = vectors[:, np.argsort(-values.real)[1]].real
        found.append((second - second.mean()) / second.std())
    eci, pci = found
    eci *= np.sign(np.corrcoef(eci, d)[0, 1])
    mean_of_makers = (m / u).T @ eci
    return eci, pci * np.sign(np.corrcoef(pci, mean_of_makers)[0, 1])


@pytest.mark.parametrize("of", WORLDS)
def test_indices_agree_with_the_unsymmetric_eigenproblem(of: cap.Presence) -> None:
    found, (eci, pci) = cap.complexity(of), naive(of)
    assert found.status == "found"
    assert found.eci == pytest.approx(eci, abs=CLOSE)
    assert found.pci == pytest.approx(pci, abs=CLOSE)


@pytest.mark.parametrize("of", WORLDS)
def test_the_method_of_reflections_tends_to_the_index(of: cap.Presence) -> None:
    m = of.m.astype(float)
    d, u = m.sum(axis=1), m.sum(axis=0)
    k = d.copy()
    for _ in range(3000):
        k = (m @ ((m.T @ k) / u)) / d
        k = (k - k.mean()) / k.std()
    assert k == pytest.approx(cap.complexity(of).eci, abs=1e-7)  # the ratio of eigenvalues decides how near it comes


@pytest.mark.parametrize("of", WORLDS)
@pytest.mark.parametrize("diagonal", ["counted", "left-out"])
def test_relatedness_agrees_with_loops(of: cap.Presence, diagonal: Any) -> None:
    chosen = cap.Conventions(diagonal=diagonal)
    phi, goods = cap.proximity(of, chosen), range(len(of.products))
    for p in goods:
        for q in goods:
            both = sum(bool(row[p] and row[q]) for row in of.m)
            expected = min(both / of.ubiquity[p], both / of.ubiquity[q]) if p != q else float(diagonal == "counted")
            assert phi[p, q] == pytest.approx(expected, abs=1e-15)
    near = cap.density(of.m, phi)
    for c, p in ((0, 0), (1, 3), (5, 7), (13, 11)):
        top = sum(phi[p, q] for q in goods if of.m[c, q])
        assert near[c, p] == pytest.approx(top / sum(phi[p, q] for q in goods), abs=1e-14)


@pytest.mark.parametrize("of", WORLDS[:2])
@pytest.mark.parametrize("diagonal", ["counted", "left-out"])
@pytest.mark.parametrize("block", [1, 5, 33, 512])
def test_neighbours_sum_as_the_matrix_of_proximities_does(
    of: cap.Presence, diagonal: Any, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeground.measures.capability.neighbours.BLOCK", block)
    chosen = cap.Conventions(diagonal=diagonal)
    phi, near = cap.proximity(of, chosen), cap.Neighbours.of(of, chosen)
    rows = np.random.default_rng(3).normal(size=of.m.shape)
    exact = 1e-12  # the same sums of some thirty numbers of the order of one, in another order
    assert near.weigh(rows) == pytest.approx(rows @ phi, abs=exact)
    assert near.weigh(rows[0]) == pytest.approx(rows[0] @ phi, abs=exact)
    assert cap.density(of.m, near) == pytest.approx(cap.density(of.m, phi), abs=exact)
    pci, dense = cap.complexity(of).pci, cap.density(of.m, phi)
    for gain in ("net", "gross"):
        asked = cap.Conventions(diagonal=diagonal, gain=gain)
        found = cap.outlook_gain(of.m, near, dense, pci, asked)
        assert found == pytest.approx(cap.outlook_gain(of.m, phi, dense, pci, asked), abs=exact, nan_ok=True)


def test_a_product_without_a_neighbour_has_no_density() -> None:
    m = np.array([[True, True, False], [True, True, False], [False, False, True]])
    of = cap.Presence(("A", "B", "C"), ("000001", "000002", "000003"), m)
    near = cap.density(of.m, cap.Neighbours.of(of, cap.Conventions(diagonal="left-out")))
    assert np.isnan(near[:, 2]).all()
    assert near[:, :2] == pytest.approx(np.array([[1, 1], [1, 1], [0, 0]]))


@pytest.mark.parametrize("of", WORLDS[:2])
@pytest.mark.parametrize("diagonal", ["counted", "left-out"])
def test_net_gain_is_the_change_of_the_outlook(of: cap.Presence, diagonal: Any) -> None:
    space = cap.space(of, cap.Conventions(diagonal=diagonal))
    pci, phi = space.complexity.pci, space.proximity
    for c in (0, 4, 9):
        stands = space.standing(of.m[c])
        for p in np.flatnonzero(~of.m[c]):
            more = of.m[c].copy()
            more[p] = True
            after = cap.outlook(more, cap.density(more, phi), pci)
            assert stands.gain[p] == pytest.approx(float(after) - stands.outlook, abs=1e-12)
        assert np.isnan(stands.gain[of.m[c]]).all()


@pytest.mark.parametrize("of", WORLDS)
def test_a_countrys_index_is_the_mean_of_its_products_on_the_scale_of_countries(of: cap.Presence) -> None:
    found = cap.complexity(of, cap.Conventions(scale="countries"))
    means = [found.pci[row].mean() for row in of.m]
    assert found.eci == pytest.approx(means, abs=1e-12)
    assert [found.place(row) for row in of.m] == pytest.approx(found.eci, abs=1e-12)


@pytest.mark.parametrize("of", WORLDS)
def test_indices_are_standardised(of: cap.Presence) -> None:
    found = cap.complexity(of)
    for index in (found.eci, found.pci):
        assert (index.mean(), index.std()) == pytest.approx((0, 1), abs=1e-12)
    assert np.corrcoef(found.eci, of.diversity)[0, 1] > 0


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.permutations(range(14)), st.permutations(range(33)))
def test_the_order_of_rows_and_columns_does_not_matter(rows: list[int], columns: list[int]) -> None:
    of = WORLDS[1]
    turned = cap.Presence(
        tuple(of.countries[i] for i in rows), tuple(of.products[j] for j in columns), of.m[rows][:, columns]
    )
    plain, moved = cap.space(of), cap.space(turned)
    assert moved.complexity.eci == pytest.approx(plain.complexity.eci[rows], abs=CLOSE)
    assert moved.complexity.pci == pytest.approx(plain.complexity.pci[columns], abs=CLOSE)
    assert moved.density == pytest.approx(plain.density[rows][:, columns], abs=1e-12)
    assert moved.fitness.countries == pytest.approx(plain.fitness.countries[rows], abs=1e-8)


def test_fitness_is_a_fixed_point_with_mean_one() -> None:
    of = random_presence(2, share=0.8)
    found = cap.fitness(of, steps=20_000)
    assert found.converged
    assert (found.countries.mean(), found.products.mean()) == pytest.approx((1, 1), abs=1e-12)
    again = of.m.astype(float) @ found.products
    # one more step moves nothing by more than the tolerance that ended the iteration
    assert again / again.mean() == pytest.approx(found.countries, abs=1e-8)


def blocks() -> cap.Presence:
    one, two = random_presence(0, 6, 9, 0.9).m, random_presence(1, 4, 5, 0.9).m
    m = np.block([[one, np.zeros((6, 5), bool)], [np.zeros((4, 9), bool), two]])
    return cap.Presence(tuple("ABCDEFGHIJ"), tuple(f"{i:06}" for i in range(14)), m)


def test_groups_that_share_no_product_are_found_and_not_compared() -> None:
    found = cap.complexity(blocks())
    assert found.status == "disconnected"
    assert found.eigenvalues[:2] == pytest.approx((1, 1), abs=1e-12)
    assert np.isnan(found.eci).all()
    assert np.isnan(found.pci).all()
    rows, columns = cap.components(blocks().m)
    assert rows.tolist() == [0] * 6 + [1] * 4
    assert columns.tolist() == [0] * 9 + [1] * 5


def test_the_largest_group_is_kept_and_the_other_named() -> None:
    kept = cap.largest_component(blocks())
    assert kept.countries == tuple("ABCDEF")
    assert {row.code for row in kept.left_out if row.kind == "country"} == set("GHIJ")
    assert cap.complexity(kept).status == "found"
    assert cap.largest_component(kept) is kept


@pytest.mark.parametrize(
    "m",
    [np.ones((4, 6), bool), np.eye(5, dtype=bool) | np.roll(np.eye(5, dtype=bool), 1, axis=1), np.ones((1, 3), bool)],
)
def test_a_world_without_a_direction_gives_no_index(m: np.ndarray) -> None:
    of = cap.Presence(tuple(map(str, range(m.shape[0]))), tuple(map(str, range(m.shape[1]))), m)
    found = cap.complexity(of)
    assert found.status == "undetermined"
    assert np.isnan(found.eci).all()


def matrices(values: list[list[float]]) -> cap.Matrix:
    laid = np.array(values, dtype=float)
    return cap.Matrix(tuple("ABCDEF"[: len(laid)]), tuple(f"10{j:04}" for j in range(laid.shape[1])), laid)


def test_empty_rows_and_columns_are_left_out_and_reported() -> None:
    # C reaches no advantage, the last product has none: one such row turns a naive index into nothing but NaN
    rca = matrices([[2, 1, 0, 0.5], [1, 3, 1, 0], [0.9, 0, 0, 0]])
    of = cap.presence(rca, rca)
    assert (of.countries, of.products) == (("A", "B"), ("100000", "100001", "100002"))
    assert [(row.code, row.kind) for row in of.left_out] == [("C", "country"), ("100003", "product")]
    assert of.m.tolist() == [[True, True, False], [True, True, True]]


def test_filters_name_whom_they_leave_out() -> None:
    rca = matrices([[2, 1], [1, 3], [1, 1], [1, 1]])
    usd = matrices([[5e9, 1e9], [5e8, 1e8], [5e9, 1e6], [9e9, 1e9]])
    filters = cap.Filters(min_product_usd=1e10, leave_out=frozenset({"D"}))
    of = cap.presence(rca, usd, filters=filters, population={"A": 5e6, "C": 4e5})
    assert of.countries == ("A",)
    reasons = {row.code: row.reason for row in of.left_out}
    assert reasons["B"] == "exports 600.0 M USD are below 1,000.0 M USD"
    assert reasons["C"] == "population 400,000 is below 1,200,000"
    assert reasons["D"] == "stands for no single country"
    assert reasons["100001"] == "world trade 2,101.0 M USD is below 10,000.0 M USD"


def test_without_filters_nobody_is_left_out() -> None:
    rca = matrices([[2, 1], [1, 3]])
    assert cap.presence(rca, matrices([[1, 1], [1, 1]])).left_out == ()


@pytest.mark.parametrize(
    ("countries", "products", "values", "words"),
    [
        (["A", "A"], ["100000", "100000"], [1.0, 2.0], "A 100000, of 1 such pairs"),
        (["A", "B"], ["100000", "100000"], [1.0, float("nan")], "1 missing"),
        (["A", "B"], ["100000", "100000"], [1.0, -1.0], "1 negative"),
        (["A", "B"], ["100000", "100000"], [1.0, float("inf")], "1 infinite"),
    ],
)
def test_a_table_that_cannot_be_laid_out_is_refused(
    countries: list[str], products: list[str], values: list[float], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        cap.Matrix.pivot(countries, products, values)


def test_a_pivot_fills_absent_pairs_with_zero_and_keeps_labels() -> None:
    found = cap.Matrix.pivot(["B", "A"], ["200000", "100000"], [2.0, 1.0])
    assert (found.countries, found.products) == (("A", "B"), ("100000", "200000"))
    assert found.values.tolist() == [[1.0, 0.0], [0.0, 2.0]]
    assert found.row("B", ["200000", "999999", "100000"]).tolist() == [2.0, 0.0, 0.0]
    assert found.row("Z", ["200000"]).tolist() == [0.0]


def test_labels_that_do_not_fit_are_refused() -> None:
    one = matrices([[1, 1], [1, 0]])
    with pytest.raises(BadInput, match="labels do not fit"):
        cap.Matrix(("A",), ("100000",), np.ones((2, 1)))
    with pytest.raises(BadInput, match="countries occur twice"):
        cap.Matrix(("A", "A"), ("100000",), np.ones((2, 1)))
    with pytest.raises(BadInput, match=r"products of two matrices differ.*found 100001, expected 200000"):
        cap.presence(one, cap.Matrix(one.countries, ("100000", "200000"), one.values))
    with pytest.raises(BadInput, match="expected 33 products"):
        cap.space(WORLDS[0]).standing(np.ones(3, dtype=bool))


def test_an_empty_world_is_refused() -> None:
    nothing = cap.presence(matrices([[0.1, 0.2]]), matrices([[1, 1]]))
    for measure in (cap.complexity, cap.fitness):
        with pytest.raises(BadInput, match="no country makes any product"):
            measure(nothing)


@pytest.mark.parametrize(
    "text", ["harvard", "ddof=2", "ddof=x", "diagonal=half", "colour=red", "ddof=1,ecomplexity", "threshold=0"]
)
def test_an_unknown_convention_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="What to do"):
        cap.conventions(text)


def test_conventions_are_read_from_names_and_pairs() -> None:
    assert cap.conventions() == cap.Conventions()
    assert cap.conventions("ecomplexity, ddof=1") == cap.Conventions(scale="countries", gain="gross", ddof=1)
    assert cap.conventions("diagonal=left-out,threshold=0.5") == cap.Conventions(threshold=0.5, diagonal="left-out")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cap.Filters(min_exports_usd=-1),
        lambda: cap.Reach(min_density_rank=2),
        lambda: cap.Markets("ALP", 2021, heavy=25),
        lambda: cap.Markets("ALP", 2021, ease="some"),
    ],
)
def test_limits_that_are_none_are_refused(wrong: Any) -> None:
    with pytest.raises(UsageError, match="What to do"):
        wrong()


def small(columns: dict[str, list[Any]]) -> ibis.Table:
    return ibis.memtable(pa.table(columns))


def totals(side: str) -> ibis.Table:
    sums: dict[tuple[int, str, str], float] = {}
    for row in toy.flow_rows():
        key = (row["year"], row[side], row["hs6"])
        sums[key] = sums.get(key, 0.0) + row["value_usd"]
    schema = toy.EXPORT_SCHEMA if side == "exporter" else toy.FLOW_SCHEMA.remove(1)
    return toy.table([(*key, value, None) for key, value in sums.items()], schema)


def potential(**options: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    extra = {name: options.pop(name) for name in ("restrictions", "access") if name in options}
    markets = cap.Markets("BET", 2021, **options)
    return toy.keyed(
        cap.export_potential(toy.flows(), totals("exporter"), totals("importer"), markets, **extra), "importer", "hs6"
    )


def test_export_potential_agrees_with_loops() -> None:
    rows = [row for row in toy.flow_rows() if row["year"] == 2021 and row["hs6"] != toy.ARMS]
    goods = sorted({row["hs6"] for row in rows if row["exporter"] == "BET"})
    buyers = sorted({row["importer"] for row in rows} - {"BET"})

    def total(**wanted: str) -> float:
        return sum(row["value_usd"] for row in rows if all(row[key] == value for key, value in wanted.items()))

    found = potential()
    for buyer in buyers:
        expected = {k: total(exporter="BET", hs6=k) / total(hs6=k) * total(importer=buyer, hs6=k) for k in goods}
        ease = total(exporter="BET", importer=buyer) / sum(expected.values())
        for k in goods:
            if total(importer=buyer, hs6=k) == 0:
                assert (buyer, k) not in found
                continue
            row = found[buyer, k]
            worth = min(expected[k] * ease, total(importer=buyer, hs6=k))
            realised = total(exporter="BET", importer=buyer, hs6=k)
            assert row["ease"] == pytest.approx(ease)
            assert row["potential_usd"] == pytest.approx(worth)
            assert row["realised_usd"] == realised
            assert row["gap_usd"] == pytest.approx(max(0.0, worth - realised))
            assert row["market_share"] == pytest.approx(total(exporter="BET", importer=buyer) / total(exporter="BET"))
            assert row["product_exports_usd"] == total(exporter="BET", hs6=k)


def test_potentials_of_a_market_sum_to_what_is_sold_there_unless_capped() -> None:
    found = potential()
    for buyer in {key[0] for key in found}:
        cells = [row for (importer, _), row in found.items() if importer == buyer]
        if not any(row["capped"] for row in cells):
            assert sum(row["potential_usd"] for row in cells) == pytest.approx(
                sum(row["realised_usd"] for row in cells)
            )


def test_ease_from_other_goods_leaves_the_product_out() -> None:
    # BET sells ALP oil, and no wheat: from other goods, wheat's ease is that of oil, and oil's is nothing
    found = potential(ease="other-goods")
    assert found["ALP", toy.OIL]["ease"] == 0
    oil = found["ALP", toy.OIL]
    assert found["ALP", toy.WHEAT]["ease"] == pytest.approx(
        oil["realised_usd"] / (oil["supply_share"] * oil["demand_usd"])
    )


def test_no_potential_names_arms_unnamed_areas_or_barred_markets() -> None:
    assert not [key for key in potential() if key[1] == toy.ARMS]
    assert not [key for key in potential(nes=frozenset({"ALP"})) if key[0] == "ALP"]
    barred = toy.table(
        [("GAM", "BET", "27", datetime.date(2021, 3, 1), None, "Synthetic act 9")], toy.RESTRICTION_SCHEMA
    )
    day = datetime.date(2021, 3, 1)
    assert ("GAM", toy.OIL) in potential(restrictions=barred, on=day - datetime.timedelta(days=1))
    assert ("GAM", toy.OIL) not in potential(restrictions=barred, on=day)
    with pytest.raises(UsageError, match="the day to read them at"):
        potential(restrictions=barred)


def test_the_growth_of_demand_stands_beside_the_potential_and_does_not_move_it() -> None:
    bought: dict[tuple[int, str, str], float] = {}
    for row in toy.flow_rows():
        key = (row["year"], row["importer"], row["hs6"])
        bought[key] = bought.get(key, 0.0) + row["value_usd"]
    plain, grown = potential(), potential(base=2020)
    assert {row["demand_growth"] for row in plain.values()} == {None}
    known = 0
    for (importer, hs6), row in grown.items():
        before = bought.get((2020, importer, hs6))
        expected = None if before is None else bought[2021, importer, hs6] / before - 1
        assert row["demand_growth"] == (expected if expected is None else pytest.approx(expected, rel=1e-12))
        assert row["potential_usd"] == plain[importer, hs6]["potential_usd"]
        known += expected is not None
    assert known > 0
    words = cap.market_reasons({**next(iter(grown.values())), "demand_growth": 0.081})
    assert words[1].endswith(", +8.1 % a year")


def test_access_multiplies_the_potential_of_its_market_only() -> None:
    plain = potential()
    access = small({"importer": ["ALP"], "factor": [0.5]})
    opened = potential(access=access)
    assert opened["ALP", toy.OIL]["potential_usd"] == pytest.approx(plain["ALP", toy.OIL]["potential_usd"] / 2)
    assert opened["GAM", toy.OIL]["potential_usd"] == plain["GAM", toy.OIL]["potential_usd"]
    by_product = small({"importer": ["ALP"], "hs6": [toy.WHEAT], "factor": [0.0]})
    assert potential(access=by_product)["ALP", toy.WHEAT]["potential_usd"] == 0
    assert potential(access=by_product)["ALP", toy.OIL]["potential_usd"] == plain["ALP", toy.OIL]["potential_usd"]


def test_a_market_that_takes_much_is_marked() -> None:
    found = potential(heavy=0.6)
    assert {key[0] for key, row in found.items() if row["leans"]} == {"GAM"}  # 650 of the 980 that BET sells
    assert "leans on it further" in " ".join(cap.market_reasons(found["GAM", toy.OIL]))
    assert "leans" not in " ".join(cap.market_reasons(found["ALP", toy.OIL]))


def test_demand_leaves_the_country_itself_out() -> None:
    found = toy.keyed(cap.demand(totals("importer"), totals("exporter"), "GAM", 2021, 2019), "hs6")
    oil = found[(toy.OIL,)]
    assert oil["others_import_usd"] == 1400.0  # ALP, of 4,650 in all
    assert oil["own_import_usd"] == 3250.0
    assert oil["growth"] == pytest.approx((1400 / 1000) ** 0.5 - 1)
    assert oil["supplier_herfindahl"] == pytest.approx((3700**2 + 950**2) / 4650**2)
    assert (oil["top_supplier"], oil["suppliers"]) == ("DEL", 2)
    wheat = found[(toy.WHEAT,)]
    assert wheat["top_supplier"] == "DEL"  # GAM's own 1,280 are left out
    assert (
        toy.keyed(cap.demand(totals("importer"), totals("exporter"), "GAM", 2021), "hs6")[(toy.OIL,)]["growth"] is None
    )


OPTIONS = {
    "hs6": ["100199", "270900", "930190", "840000", "850000"],
    "value_usd": [0.0, 2e6, 0.0, 0.0, 9e9],
    "rca": [0.0, 0.4, 0.0, 0.0, 3.0],
    "made": [False, False, False, False, True],
    "density": [0.1, 0.3, 0.9, 0.2, 0.8],
    "pci": [-1.0, -2.0, 0.0, 1.0, 2.0],
    "gain": [0.1, 0.2, 0.3, 0.4, None],
}
WANTED = {
    "hs6": ["100199", "270900", "930190", "840000", "850000"],
    "others_import_usd": [9e8, 8e10, 1e9, 1e6, 1e9],
    "growth": [0.02, None, 0.5, 0.9, 0.1],
    "own_import_usd": [0.0, 3e8, 0.0, 1.0, 0.0],
    "suppliers": [3, 5, 1, 1, 9],
    "supplier_herfindahl": [0.2, 0.5, 1.0, 1.0, 0.1],
    "top_supplier": ["GAM", "DEL", "DEL", "BET", "ALP"],
    "top_share": [0.3, 0.6, 1.0, 1.0, 0.2],
}


def reached(**limits: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    table = cap.within_reach(small(OPTIONS), small(WANTED), cap.Reach(**limits))
    return toy.keyed(table, "hs6")


def test_what_is_made_and_arms_are_no_options() -> None:
    assert set(reached()) == {("100199",), ("270900",), ("840000",)}


def test_within_reach_is_near_and_wanted() -> None:
    found = reached()
    assert {key[0]: (row["dense"], row["wanted"]) for key, row in found.items()} == {
        "100199": (False, True),  # the farthest
        "270900": (True, True),  # the nearest; growth not known, size decides
        "840000": (True, False),  # others buy a million only
    }
    assert [key[0] for key, row in found.items() if row["reached"]] == ["270900"]
    assert found[("270900",)]["mean_rank"] == 1.0  # first by density and by size
    assert found[("270900",)]["growth_rank"] is None
    assert reached(min_world_usd=0)[("840000",)]["reached"]
    assert not reached(min_growth=0.03)[("100199",)]["wanted"]


def test_reasons_say_what_the_row_holds() -> None:
    words = "; ".join(cap.reach_reasons(reached()[("270900",)], 0.05))
    for part in ("makes 30 % of its neighbourhood", "already sells 2.0 M USD (RCA 0.40)", "others import 80.0 bn USD",
                 "growth not known", "concentrated (Herfindahl 0.50, DEL holds 60 %)", "itself buys 300 M USD",
                 "whether there is a deposit"):  # fmt: skip
        assert part in words
    plain = "; ".join(cap.reach_reasons(reached()[("100199",)], 0.05))
    assert "sells none of it yet" in plain
    assert "+2.0 % a year (all goods +5.0 %)" in plain
    assert "deposit" not in plain
    assert "abroad" not in plain
