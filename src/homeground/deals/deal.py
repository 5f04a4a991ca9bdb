"""A deal as it is offered: read from TOML or from a dict, every field checked, nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from homeground import toml
from homeground.codes import blocs, countries, products
from homeground.errors import BadInput, NotInHome, UnknownCode, listing, message
from homeground.policy.nodes import Value
from homeground.units import TONS_PER, ton_factor

Direction = Literal["import", "export"]
DIRECTIONS: Final = ("import", "export")
END_USES: Final = ("civil", "military", "mixed", "humanitarian")
INCOTERMS: Final = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
KEYS: Final = (
    *("title", "direction", "country", "partner", "origin", "product", "seller", "buyer", "vessel", "day"),
    *("delivery_until", "quantity", "unit", "price", "price_per", "currency", "incoterm", "end_use"),
    *("evidence", "conversion", "facts", "where", "note"),
)
EVIDENCE_KEYS: Final = ("year", "dataset")
CONVERSION_KEYS: Final = ("usd_per_unit", "freight_usd_per_t", "insurance_share", "fob_usd_per_t")
MOST_BYTES: Final = 1_000_000
MOST: Final = 1e15
"""No quantity, price or rate is of this size: money and tons stay numbers when they are multiplied."""

FIRST_YEAR, LAST_YEAR = 1900, 2200
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Conversion:
    """What the parties state for the conversion to USD/t free on board; None is looked up in dated tables.

    `usd_per_unit` USD for one unit of the currency, `freight_usd_per_t` USD/t, `insurance_share` of the price (0 … 1),
    `fob_usd_per_t` the converted price itself, USD/t.
    """

    usd_per_unit: float | None = None
    freight_usd_per_t: float | None = None
    insurance_share: float | None = None
    fob_usd_per_t: float | None = None


@dataclass(frozen=True)
class Deal:
    """An offer. Codes are ISO alpha-3 and HS6; `quantity_t` is tons, `price` is `currency` per ton at `incoterm`.

    `seller_open` marks a counter-proposal to another country, whose seller has still to be named and screened.
    `facts` are what the officer states by the names of the policy's facts.
    """

    direction: Direction
    country: str
    partner: str
    hs6: str
    quantity_t: float
    price: float | None
    currency: str
    incoterm: str
    day: date
    title: str = ""
    origin: str | None = None
    seller: str | None = None
    buyer: str | None = None
    vessel: str | None = None
    delivery_until: date | None = None
    end_use: str | None = None
    year: int | None = None
    dataset: str | None = None
    conversion: Conversion = field(default_factory=Conversion)
    facts: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
    seller_open: bool = False

    @property
    def exporter(self) -> str:
        """The country that sells."""
        return self.partner if self.direction == "import" else self.country

    @property
    def importer(self) -> str:
        """The country that buys."""
        return self.country if self.direction == "import" else self.partner

    @property
    def arms(self) -> bool:
        """Whether the goods are arms and ammunition (HS chapter 93): no prices, suppliers or markets are shown."""
        return self.hs6.startswith(products.ARMS)

    def document(self) -> dict[str, Any]:
        """Return the deal as plain data, without what was left out."""
        plain = {name: value for name, value in self.__dict__.items() if value not in (None, "", False)}
        plain["day"] = self.day.isoformat()
        if self.delivery_until:
            plain["delivery_until"] = self.delivery_until.isoformat()
        plain["facts"] = {k: list(v) if isinstance(v, tuple) else v for k, v in self.facts.items()}
        plain["conversion"] = {k: v for k, v in self.conversion.__dict__.items() if v is not None}
        return {name: value for name, value in plain.items() if value not in ({}, ())}


def read(path: str | Path, today: date | None = None, country: str | None = None) -> Deal:
    """Read a deal from a TOML file, for `country` in the place of the one that it names, such as one member of a bloc.

    Raises NotInHome where there is no file, BadInput naming all that is wrong in it.
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        do = "name the file of the deal"
        raise NotInHome(message("the deal cannot be read", where=str(path), found=error.strerror, do=do)) from error
    if len(content) > MOST_BYTES:
        found, most = f"{len(content):,} bytes", f"at most {MOST_BYTES:,}"
        raise BadInput(message("the deal is too large", where=str(path), found=found, expected=most, do="shorten it"))
    try:
        stated = toml.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise BadInput(message("not TOML in UTF-8", where=str(path), found=error, do="correct the file")) from error
    return parse(stated if country is None else {**stated, "country": country}, str(path), today)


def parse(stated: Mapping[str, Any], where: str = "the deal", today: date | None = None) -> Deal:
    """Build a deal from the fields of its file; raises BadInput with every field that is wrong, one a line."""
    form = _Form(stated, where, today)
    deal = form.deal()
    if form.faults:
        raise BadInput("\n".join(form.faults))
    return cast(Deal, deal)


class _Form:
    """Reads field by field and keeps what is wrong, so that an officer sees all of it at once."""

    def __init__(self, stated: object, where: str, today: date | None) -> None:
        self.where = where
        self.today = today
        self.faults: list[str] = []
        self.stated: Mapping[str, Any] = self._table(stated, where, KEYS)

    def deal(self) -> Deal | None:
        direction = self._one_of("direction", DIRECTIONS)
        country, partner = self._country("country"), self._country("partner")
        if country is not None and country == partner:
            self._fault("partner", "the partner is the country itself", repr(partner), "another country")
        hs6 = self._product()
        unit, price_unit = self._unit("unit", "t"), self._unit("price_per", "t")
        quantity = self._amount("quantity", required=True)
        price, currency = self._amount("price"), self._currency()
        incoterm = self._one_of("incoterm", INCOTERMS, None if price is not None else "FOB")
        day = self._day("day", self.today)
        until = self._day("delivery_until", None, required=False)
        if day and until and until < day:
            self._fault("delivery_until", "delivered before the day of the deal", until, f"{day} or later")
        evidence = self._table(self.stated.get("evidence", {}), f"{self.where}, [evidence]", EVIDENCE_KEYS)
        more: dict[str, Any] = {
            "title": self._text("title") or "",
            **{name: self._text(name) for name in ("seller", "buyer", "vessel")},
            "origin": self._country("origin", required=False),
            "end_use": self._one_of("end_use", END_USES, "") or None,
            "year": self._year(evidence.get("year")),
            "dataset": self._name(evidence.get("dataset")),
            "conversion": self._conversion(),
            "facts": self._facts(),
        }
        if self.faults:
            return None
        return Deal(
            direction=cast(Direction, direction),
            country=str(country),
            partner=str(partner),
            hs6=str(hs6),
            quantity_t=cast(float, quantity) * ton_factor(unit),
            price=None if price is None else price / ton_factor(price_unit),
            currency=currency,
            incoterm=str(incoterm),
            day=cast(date, day),
            delivery_until=until,
            **more,
        )

    def _fault(self, key: str, what: str, found: object, expected: object) -> None:
        where = f"{self.where}, {key}" if key else self.where
        self.faults.append(message(what, where=where, found=found, expected=expected, do="correct the deal"))

    def _table(self, stated: object, where: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
        if not isinstance(stated, Mapping):
            do = "correct the deal"
            self.faults.append(message("not a table", where=where, found=repr(stated)[:80], expected=keys[0], do=do))
            return {}
        if strange := sorted(map(str, set(stated) - set(keys))):
            found, expected = listing(map(repr, strange)), listing(sorted(keys), 30)
            self.faults.append(message("unknown key", where=where, found=found, expected=expected, do="correct it"))
        return stated

    def _text(self, key: str) -> str | None:
        found = self.stated.get(key)
        if found is None:
            return None
        if not isinstance(found, str) or not found.strip():
            self._fault(key, f"{key} is no text", repr(found)[:80], "a text in quotes")
            return None
        return " ".join(found.split())

    def _one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str | None:
        if key not in self.stated and default is not None:
            return default
        found = self.stated.get(key)
        wanted = found.strip() if isinstance(found, str) else found
        wanted = wanted.upper() if isinstance(wanted, str) and allowed is INCOTERMS else wanted
        if wanted not in allowed:
            self._fault(key, f"{key} is missing or unknown", repr(found), listing(allowed, 12))
            return None
        return str(wanted)

    def _country(self, key: str, required: bool = True) -> str | None:
        found = self.stated.get(key)
        if found is None and not required:
            return None
        if not isinstance(found, str | int) or isinstance(found, bool):
            self._fault(key, f"{key} is missing", repr(found), "a country: code or name")
            return None
        try:
            return countries.resolve(str(found))
        except UnknownCode as error:
            if blocs.is_bloc(str(found)):
                self._bloc(key, str(found))
            else:
                self.faults.append(f"{self.where}, {key}: {error}")
            return None

    def _bloc(self, key: str, found: str) -> None:
        """A contract, its currency plan, its stocks and its signatures are one country's, so no bloc is a party."""
        code = blocs.resolve(found)
        what = f"{code} is a bloc, and a party to a deal is one country"
        bloc, day = blocs.every()[code], self.stated.get("day", self.today)
        members = (bloc.on(day) if type(day) is date else None) or {term.iso3 for term in bloc.terms}
        where, expected = f"{self.where}, {key}", f"one of {listing(sorted(members), 60)}"
        do = f"name the member that trades; measures on {code} bind it"
        self.faults.append(message(what, where=where, found=repr(found), expected=expected, do=do))

    def _product(self) -> str | None:
        found = self.stated.get("product")
        if not isinstance(found, str):
            self._fault("product", "product is missing, or no text", repr(found), 'an HS code in quotes: "270900"')
            return None
        try:
            return products.normalise(found)
        except BadInput as error:
            self.faults.append(f"{self.where}, product: {error}")
            return None

    def _unit(self, key: str, default: str) -> str:
        found = self.stated.get(key, default)
        if not isinstance(found, str) or found not in TONS_PER:
            self._fault(key, "unknown unit of mass", repr(found), listing(TONS_PER, 9))
            return default
        return found

    def _amount(self, key: str, *, required: bool = False) -> float | None:
        found = self.stated.get(key)
        if found is None and not required:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < MOST:
            self._fault(key, f"{key} is missing, or not above 0", repr(found), "a number above 0")
            return None
        return float(found)

    def _currency(self) -> str:
        found = self.stated.get("currency", "USD")
        if not (isinstance(found, str) and len(found) == 3 and found.isascii() and found.isalpha()):
            self._fault("currency", "not a currency", repr(found), "three letters of ISO 4217, such as USD")
            return "USD"
        return found.upper()

    def _day(self, key: str, default: date | None, *, required: bool = True) -> date | None:
        found = self.stated.get(key, default)
        if found is None and not required:
            return None
        if not isinstance(found, date) or isinstance(found, datetime) or not FIRST_YEAR <= found.year <= LAST_YEAR:
            self._fault(key, f"{key} is missing, or no day", repr(found), "a day without quotes: 2024-07-15")
            return None
        return found

    def _year(self, found: object) -> int | None:
        if found is None or (type(found) is int and FIRST_YEAR <= found <= LAST_YEAR):
            return found
        self._fault("[evidence] year", "not a year", repr(found), "a year such as 2021")
        return None

    def _name(self, found: object) -> str | None:
        if found is None or isinstance(found, str):
            return found
        self._fault("[evidence] dataset", "not a dataset", repr(found), "its name in quotes")
        return None

    def _conversion(self) -> Conversion:
        stated = self._table(self.stated.get("conversion", {}), f"{self.where}, [conversion]", CONVERSION_KEYS)
        values: dict[str, float] = {}
        for key in set(stated) & set(CONVERSION_KEYS):
            found, least = stated[key], 0.0
            most = 1.0 if key == "insurance_share" else MOST
            if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found < most:
                self._fault(f"[conversion] {key}", "not a number in its range", repr(found), f"0 to {most:g}")
            elif found == 0 and key in ("usd_per_unit", "fob_usd_per_t"):
                self._fault(f"[conversion] {key}", "is zero", found, "above 0")
            else:
                values[key] = float(found)
        return Conversion(**values)

    def _facts(self) -> Mapping[str, Value]:
        stated = self.stated.get("facts", {})
        if not isinstance(stated, Mapping):
            self._fault("[facts]", "not a table", repr(stated)[:80], "fact = value")
            return NOTHING
        return MappingProxyType({str(k): tuple(v) if isinstance(v, list) else v for k, v in stated.items()})
