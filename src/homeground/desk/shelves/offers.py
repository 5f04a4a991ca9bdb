"""An offer as the desk's form asks for it, and its way to a deal and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any, Final, Literal

from homeground import deals, toml
from homeground.codes import countries
from homeground.desk.shelves import books
from homeground.desk.showing.choices import as_they_are, dataset_names, today
from homeground.desk.web.forms import Asked, Wrong, field
from homeground.desk.web.visits import is_api
from homeground.errors import BadInput, HomegroundError, NotInHome, message

if TYPE_CHECKING:
    from homeground.deals import Deal, Review
    from homeground.desk.web.asking import Asking
    from homeground.desk.web.sheet import Choices

NEEDED: Final = ("country", "partner", "product", "quantity")
CONVERSION: Final = ("usd_per_unit", "freight_usd_per_t", "insurance_share", "fob_usd_per_t")
APART: Final = ("policy", "year", "dataset", "facts", *CONVERSION)
"""Fields of the form that are no keys of a deal's file."""
WHERE: Final = "the deal"
FACTS: Final = "What only you know, a line each, by the names of the policy: home_need_t = 7000000"


class Offer(Asked):
    """An offer, as far as it is filled in."""

    direction: Literal["import", "export"] = field("Direction", "import")
    country: str | None = field("Our country", None, among="countries", max_length=80)
    partner: str | None = field("Partner", None, help="The country that sells to us, or buys.", among="countries",
                                max_length=80)  # fmt: skip
    product: str | None = field("Product", None, help="HS code of six digits, or words to find it.", max_length=60)
    quantity: float | None = field("Quantity", None, gt=0, allow_inf_nan=False)
    unit: Literal["t", "kt", "Mt", "kg", "lb"] = field("Unit", "t")
    price: float | None = field("Price", None, gt=0, allow_inf_nan=False)
    price_per: Literal["t", "kt", "Mt", "kg", "lb"] = field("Price of one", "t")
    currency: str = field("Currency", "USD", min_length=3, max_length=3)
    incoterm: Literal["FOB", "FCA", "FAS", "EXW", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"] = field(
        "Delivery term", "FOB"
    )
    day: date | None = field("Day", None, help="The law of that day counts; today if left out.")
    policy: str | None = field("Policy", None, help="The book by which it is judged.", max_length=60)
    title: str | None = field("Title", None, max_length=200)
    seller: str | None = field("Seller", None, help="Screened against the lists of names.", max_length=200)
    buyer: str | None = field("Buyer", None, max_length=200)
    vessel: str | None = field("Vessel", None, max_length=200)
    origin: str | None = field("Made in", None, help="If not in the country that sells.", among="countries",
                               max_length=80)  # fmt: skip
    delivery_until: date | None = field("Delivered until", None)
    end_use: Literal["civil", "humanitarian", "mixed", "military"] | None = field("End use", None)
    usd_per_unit: float | None = field("USD for one unit of the currency", None, gt=0, allow_inf_nan=False)
    freight_usd_per_t: float | None = field("Freight, USD per ton", None, ge=0, allow_inf_nan=False)
    insurance_share: float | None = field("Insurance, share of the price", None, ge=0, lt=1, allow_inf_nan=False)
    fob_usd_per_t: float | None = field("Price free on board, USD per ton", None, gt=0, allow_inf_nan=False)
    year: int | None = field("Year of the trade", None, help="The newest up to the deal's if left out.", ge=1900,
                             le=2200)  # fmt: skip
    dataset: str | None = field("Dataset", None, max_length=60)
    facts: str | None = field("Facts", None, help=FACTS, widget="area", max_length=4000)


GROUPS: Final = (
    ("The offer", ("direction", "country", "partner", "product", "quantity", "unit", "price", "price_per", "currency",
                   "incoterm", "seller", "buyer", "day", "policy")),
    ("Names, origin and use", ("title", "vessel", "origin", "delivery_until", "end_use")),
    ("Conversion of the price", CONVERSION),
    ("Evidence", ("year", "dataset", "facts")),
)  # fmt: skip
"""The fields as they stand on the page; what follows the first group is folded away."""


def missing(offer: Offer) -> list[str]:
    """Return the fields that are still needed before anything can be said."""
    return [name for name in NEEDED if getattr(offer, name) is None]


def meant(asking: Asking, offer: Offer) -> list[tuple[str, str]]:
    """Return code and name of the products that may be meant where words stand in the place of a code."""
    from homeground.brief.search_tables import products_answer

    if not offer.product or offer.product.replace(".", "").isdigit():
        return []
    found = products_answer(offer.product, asking.desk.homes.traded(), 8).table.to_pylist()
    goods = [row for row in found if row["traded"]] or found
    return [(row["code"], row["name"]) for row in goods]


def review(asking: Asking, offer: Offer, *, proposals: bool = True) -> Review:
    """Judge an offer by the book that it names, or by the only one there is."""
    from homeground.home.deals import deals as judging

    book = books.read(asking.desk.settings, book_of(asking, offer))
    return judging.review(asking.home.store, deal_of(offer), book, proposals=proposals)


def book_of(asking: Asking, offer: Offer) -> str:
    """Return the name of the book by which an offer is judged; raises NotInHome where there is none to take."""
    held = books.names(asking.desk.settings)
    if not offer.policy and not held:
        do = "ask an administrator to put one on the page Policy"
        raise NotInHome(message("no policy book is here yet", do=do))
    return offer.policy or held[0]


def deal_of(offer: Offer) -> Deal:
    """Read the deal from the form; raises BadInput with every fault, one a line."""
    stated: dict[str, Any] = {
        name: value for name in Offer.model_fields if (value := getattr(offer, name)) is not None and name not in APART
    }
    if offer.price is None:
        stated.pop("price_per", None)
    stated["conversion"] = {n: getattr(offer, n) for n in CONVERSION if getattr(offer, n) is not None}
    stated["evidence"] = {n: getattr(offer, n) for n in ("year", "dataset") if getattr(offer, n) is not None}
    stated["facts"] = _facts(offer.facts or "")
    return deals.parse(stated, WHERE, today())


def _facts(text: str) -> dict[str, Any]:
    try:
        return toml.loads(text)
    except ValueError as error:
        do = "write a line for each, such as home_need_t = 7000000"
        raise BadInput(message("the facts cannot be read", where=f"{WHERE}, facts", found=error, do=do)) from error


def faults(error: HomegroundError) -> dict[str, Wrong]:
    """Return what is wrong by the field that it is about; under the empty name what is about none."""
    found: dict[str, list[str]] = {}
    for line in str(error).splitlines():
        named = re.search(rf"{WHERE}, (?:\[\w+\] )?(\w+)", line)
        name = named[1] if named and named[1] in Offer.model_fields else ""
        told = re.sub(rf"^{WHERE}, {name}: ", "", line) if name else line
        found.setdefault(name, []).append(told[:1].upper() + told[1:])
    return {name: Wrong(" ".join(lines)) for name, lines in found.items()}


def fields_of(stated: Mapping[str, Any], policy: str = "") -> dict[str, str]:
    """Return the form's fields for a deal by the keys of its file."""
    flat: dict[str, Any] = {k: v for k, v in stated.items() if k not in ("evidence", "conversion", "facts")}
    flat |= {**stated.get("evidence", {}), **stated.get("conversion", {})}
    for name in ("country", "partner", "origin"):
        if name in flat:
            flat[name] = countries.name(str(flat[name]))
    facts = "\n".join(f"{name} = {_toml(value)}" for name, value in stated.get("facts", {}).items())
    named = {name: _number(value) for name, value in flat.items() if name in Offer.model_fields}
    return {**named, **({"facts": facts} if facts else {}), **({"policy": policy} if policy else {})}


def plain(offer: Offer) -> dict[str, str]:
    """Return what is filled in, as the form sends it."""
    filled = {name: getattr(offer, name) for name in Offer.model_fields}
    return {name: _number(value) for name, value in filled.items() if value is not None}


def choices(asking: Asking) -> Choices:
    """What there is to choose from."""
    end_use = [("", "–"), *((name, name) for name in ("civil", "humanitarian", "mixed", "military"))]
    shelf = as_they_are(books.names(asking.desk.settings))
    return {"policy": shelf, "dataset": dataset_names(asking.home), "end_use": end_use}


def for_program(asking: Asking) -> bool:
    """Whether the answer is read by a program."""
    return is_api(asking.request) or asking.request.query_params.get("format") == "json"


def _number(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _toml(value: Any) -> str:
    import json

    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)
