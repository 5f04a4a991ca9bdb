"""Numbers in the reasons: short, and written the same everywhere."""

from __future__ import annotations


def usd(value: float) -> str:
    """Write US dollars.

    >>> usd(251_343e6), usd(2_543_210), usd(46_000)
    ('251 bn USD', '2.5 M USD', '0.05 M USD')
    """
    if value >= 1e9:
        return f"{value / 1e9:,.{0 if value >= 1e11 else 1}f} bn USD"
    return f"{value / 1e6:,.{0 if value >= 1e8 else 1 if value >= 1e6 else 2}f} M USD"


def percent(share: float, digits: int = 0, sign: str = "") -> str:
    """Write a share in percent.

    >>> percent(0.237), percent(0.0095, 1), percent(-0.021, 1, "+")
    ('24 %', '0.9 %', '-2.1 %')
    """
    return f"{100 * share:{sign}.{digits}f} %"
