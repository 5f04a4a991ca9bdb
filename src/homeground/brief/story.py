"""The findings of a country's picture in plain sentences, each from numbers of the picture alone."""

from __future__ import annotations

from typing import Any

from homeground.brief.answer import money
from homeground.home import CountryPicture
from homeground.home.picture import DEPENDENT_FROM
from homeground.measures import PRESET_IDS

NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

ALL = NUMERALS[len(PRESET_IDS)]


def rules(count: int) -> str:
    """Write a number of rules in words: four, all nine."""
    word = NUMERALS[count] if count < len(NUMERALS) else str(count)
    return f"all {word}" if count == len(PRESET_IDS) else word


def dependent(picture: CountryPicture) -> list[dict[str, Any]]:
    """The picture's dependent products: most presets first, then largest imports."""
    rows = [row for row in picture.products.to_pylist() if row["dependent"]]
    return sorted(rows, key=lambda row: (-row["presets_flagged"], -row["imports_usd"]))


def findings(picture: CountryPicture) -> list[str]:
    """Sentences in the order a minister would ask: how much, from whom, what rests on few, what if one stopped."""
    sentences = [
        _bought(picture),
        _from_whom(picture),
        _rests_on_few(picture),
        _leans_on(picture),
        _if_stopped(picture),
        _change(picture),
    ]
    return [sentence for sentence in sentences if sentence]


def product_count(count: int) -> str:
    """Write a number of products.

    >>> product_count(1), product_count(71)
    ('1 product', '71 products')
    """
    return "1 product" if count == 1 else f"{count:,} products"


def goods(name: str) -> str:
    """Write a product's name inside a sentence.

    >>> goods("Coal: bituminous, whether or not pulverised…"), goods("PVC: primary forms")
    ('coal: bituminous, whether or not pulverised', 'PVC: primary forms')
    """
    name = name.rstrip(" …,;:").replace("…:", ":")
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _bought(picture: CountryPicture) -> str:
    count = picture.products.num_rows
    sold = (
        ""
        if picture.exports_usd is None
        else f" and sold {money(picture.exports_usd)} USD of such goods"
        if picture.exports_usd
        else " and sold none of them"
    )
    bought = goods(picture.products.to_pylist()[0]["product"]) if count == 1 else f"{count:,} products of this dataset"
    return f"In {picture.year} {picture.name} bought {money(picture.imports_usd)} USD of {bought}{sold}."


def _from_whom(picture: CountryPicture) -> str:
    rows = picture.partners.to_pylist()
    if not rows:
        return ""
    top = rows[:3]
    share = sum(row["share"] for row in top)
    names = _listed([f"{row['name']} ({100 * row['share']:.0f} %)" for row in top])
    suppliers = "one supplier" if len(rows) == 1 else f"{len(rows)} suppliers"
    return f"{100 * share:.0f} % of it came from {names}; there were {suppliers} in all."


def _rests_on_few(picture: CountryPicture) -> str:
    rows = dependent(picture)
    if not rows:
        return _rests_on_none(picture)
    usd = sum(row["imports_usd"] for row in rows)
    share = usd / picture.imports_usd if picture.imports_usd else 0.0
    verb = "is" if len(rows) == 1 else "are"
    agreed = max(row["presets_flagged"] for row in rows)
    most = [goods(row["short"]) for row in rows if row["presets_flagged"] == agreed]
    return (
        f"{product_count(len(rows))} {verb} called dependent by {rules(DEPENDENT_FROM)} or more of {ALL} published "
        f"rules: {money(usd)} USD, {100 * share:.0f} % of imports. {rules(agreed).capitalize()} rules agree on "
        f"{_listed(most[:3])}."
    )


def _rests_on_none(picture: CountryPicture) -> str:
    if picture.products.num_rows == 1:
        most = picture.products["presets_flagged"].to_pylist()[0]
        return f"It is called dependent by {rules(most)} of {ALL} published rules."
    return f"No product is called dependent by {rules(DEPENDENT_FROM)} or more of {ALL} published rules."


def _leans_on(picture: CountryPicture) -> str:
    rows = sorted(
        (row for row in picture.partners.to_pylist() if row["dependent_usd"]), key=lambda row: -row["dependent_usd"]
    )
    if not rows:
        return ""
    named = [f"{row['name']} ({money(row['dependent_usd'])} USD)" for row in rows[:3]]
    return f"The dependent products rest above all on {_listed(named)} as main supplier."


def _if_stopped(picture: CountryPicture) -> str:
    rows = [row for row in picture.cuts.to_pylist() if row["gap_usd"]]
    if not rows:
        return ""
    row = rows[0]
    return (
        f"If {row['supplier_name']} stopped selling {goods(row['product'])}, {money(row['lost_usd'])} USD would be "
        f"missing, of which the other suppliers could make up all but {money(row['gap_usd'])} USD "
        f"({100 * row['gap_share']:.0f} %)."
    )


def _change(picture: CountryPicture) -> str:
    rows = {row["year"]: row for row in picture.trend.to_pylist()}
    now, before = rows.get(picture.year), rows.get(picture.year - 10)
    if not now or not before or now["herfindahl"] is None or before["herfindahl"] is None:
        return ""
    moved = now["herfindahl"] - before["herfindahl"]
    how = (
        "about as concentrated as"
        if abs(moved) < 0.005
        else "more concentrated than"
        if moved > 0
        else "less concentrated than"
    )
    return (
        f"Supply as a whole is {how} ten years before: the Herfindahl of all suppliers was {before['herfindahl']:.3f} "
        f"in {picture.year - 10} and is {now['herfindahl']:.3f}."
    )


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
