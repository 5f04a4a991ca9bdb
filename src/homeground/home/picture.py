"""The whole picture of one country in one year: plain tables, ready to be drawn, printed or written to a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from homeground.checks import Finding
    from homeground.home.chains.chains_picture import ChainsPicture
    from homeground.home.ground.ground import Balance
    from homeground.home.kept import MadeHere
    from homeground.home.trade.capability import Capability
    from homeground.home.trade.paid import PricesPaid
    from homeground.home.trade.trend import TrendView
    from homeground.store.catalog import Dataset

DEPENDENT_FROM: Final = 4
"""A picture calls a product dependent when at least this many of the nine presets do. Three of them ask for nothing but
a large share of one supplier, so that four means that more than this is the case."""


@dataclass(frozen=True)
class CountryPicture:
    """What a country's imports rest on. All money in US dollars of the year.

    `exports_usd` is None where the data cannot know it.

    `products`: one row per imported product: hs6, product, chapter, section, the evidence columns, one boolean column
    per preset (null: the preset abstains), `presets_flagged`, `presets_abstaining`, `dependent` (by DEPENDENT_FROM
    presets or more); largest imports first.
    `partners`: exporter, name, imports_usd, share, products, products_led, dependent_usd, exports_usd (what the country
    sells there).
    `presets`: preset, title, who, rule, source, from_date, flagged, flagged_usd, flagged_share, abstaining, note.
    `sensitivity`: preset, condition, threshold, factor, flagged, flips_in, flips_out.
    `trend`: year, imports_usd, exports_usd, suppliers, herfindahl, products, and per preset the number flagged that
    year.
    `churn`: year, preset, flagged, entered, left (against the year before).
    `cuts`: hs6, product, supplier, supplier_name, lost_usd, divertible_usd, gap_usd, gap_share, fillers: what if the
    main supplier of a dependent product stopped.
    `chains`: what its industries lean on through their inputs; None without an input–output table that shows it.
    `reasons`: product → preset → sentences.
    `prices`: what it pays against the world's median, and terms of trade; None where nothing can be compared.
    `over_years`: years side by side with their change points, where several years are loaded.
    `leverage`: the first partners both ways (see `home.leverage.first_partners`); None where the world is not known.
    `capability`: what it could make and sell; None where the data gives no reason to speak of it.
    `ground`: the country's own production, needs and stocks; None where none is loaded.
    `made_here`: its process books and plans, as far as the Home keeps any; see `home.kept`.
    """

    country: str
    name: str
    year: int
    bloc: str | None
    dataset: Dataset
    imports_usd: float
    exports_usd: float | None
    products: pa.Table
    partners: pa.Table
    presets: pa.Table
    sensitivity: pa.Table
    trend: pa.Table
    churn: pa.Table
    cuts: pa.Table
    reasons: Mapping[str, Mapping[str, tuple[str, ...]]]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    prices: PricesPaid | None = None
    over_years: TrendView | None = None
    leverage: pa.Table | None = None
    capability: Capability | None = None
    ground: Balance | None = None
    chains: ChainsPicture | None = None
    made_here: MadeHere | None = None
