"""The user's file of access to markets: factors, tariffs from which factors follow, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeground.errors import BadInput, UnknownCode
from homeground.home.trade.access import read_access

TARIFFS = "importer,hs6,tariff,rivals_tariff,elasticity"


def read(folder: Path, *lines: str) -> list[dict[str, object]]:
    path = folder / "access.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows: list[dict[str, object]] = read_access(path).to_pylist()
    return rows


def test_a_tariff_below_that_of_rivals_raises_the_factor(tmp_path: Path) -> None:
    (free, equal, dear) = read(tmp_path, TARIFFS, "TUR,710812,0,0.10,4", "DEU,710812,0.05,0.05,4", "JPN,710812,0.1,0,2")
    assert free == {"importer": "TUR", "factor": pytest.approx(1.10**4), "hs6": "710812"}
    assert equal["factor"] == 1.0
    assert dear["factor"] == pytest.approx(1 / 1.21)


def test_factors_are_taken_as_they_are(tmp_path: Path) -> None:
    assert read(tmp_path, "importer,factor", "Türkiye,1.46") == [{"importer": "TUR", "factor": 1.46}]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("importer,factor,tariff", "TUR,1,0.1"), "has other columns"),
        (("importer,tariff", "TUR,0.1"), "has other columns"),
        (("importer,factor", "TUR,1,46"), "more values than columns.*line 2.*46"),
        (("importer,factor", "TUR,-1"), "not a factor.*line 2.*'-1'"),
        ((TARIFFS, "TUR,710812,ten,0.1,4"), "no number for tariff.*line 2.*'ten'"),
        ((TARIFFS, "TUR,710812,0.1,0.1,"), "no number for elasticity"),
        ((TARIFFS, "TUR,710812,0.1,-0.1,4"), "no number for rivals_tariff"),
        ((TARIFFS, "TUR,710812,0,10,4000"), "no factor can be formed.*tariffs as shares"),
        ((TARIFFS, "TUR,710812,0,0.1,4", "Türkiye,710812,0,0.1,4"), "a market occurs twice"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(tmp_path, *lines)


def test_an_unknown_market_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownCode):
        read(tmp_path, "importer,factor", "Atlantis,1")
