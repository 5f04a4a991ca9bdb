"""Answers about supply shocks: by industry, by country, or day by day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from homeground.brief.answer import Answer, Column, Form, money
from homeground.brief.chains.chain_tables import about, largest
from homeground.brief.figures.shocks import course_heat, course_lines
from homeground.errors import NotInHome, UsageError, message
from homeground.home.chains.chains import name_of, resolve
from homeground.sources import Progress

if TYPE_CHECKING:
    from homeground.home import Home
    from homeground.home.chains.shocks import ShockView
    from homeground.home.chains.sweeps import SweepView

MODEL: Final = (
    "Recipes, prices and incomes stay as they are; products of one industry replace one another"
    "{apart}; final demand that is not met is lost."
)
SHOWN_COUNTRIES: Final = 6
SHOWN_INDUSTRIES: Final = 14
SHOWN_STOPPED: Final = 10
CAPTION: Final = "Dashed: first and last day of the cut."


def shock_answer(
    home: Home,
    path: Path,
    *,
    by: Literal["industry", "country", "day"] = "industry",
    country: str | None = None,
    progress: Progress = lambda step, done: None,
) -> Answer:
    """The course of a scenario: one row per industry, per country, or per day; of one country where it is named."""
    view = home.shock(path, progress=progress)
    return course_answer(view, by, None if country is None else resolve(country, view.course.economy.axis))


def course_answer(view: ShockView, by: Literal["industry", "country", "day"], only: str | None = None) -> Answer:
    """The same of a scenario that has been run; `only` is the code of a country."""
    if by == "day":
        return _days(view, only)
    table = view.places if by == "industry" else view.by_country
    if only is not None:
        table = table.filter([code == only for code in table["country"].to_pylist()])
    if table.num_rows == 0:
        raise NotInHome(message("the table shows no such industry", do="ask without --country"))
    return Answer(
        title=f"{view.scenario.title}: what is lost in {view.scenario.days} days",
        table=table,
        columns=_columns(view, by),
        notes=notes(view),
        about=about(view.chains, _asked(view)),
        figures=drawn(view, only),
    )


def sweep_answer(
    home: Home, path: Path, *, each: bool, draws: int = 0, seed: int = 1, industries: bool = False,
    progress: Progress = lambda step, done: None,
) -> Answer:  # fmt: skip
    """Every country cut by itself, each industry of one (`industries`), or draws of what is uncertain: a row each."""
    if each and draws:
        raise UsageError(message("two sweeps at once", found="--each and --draws", expected="one", do="choose one"))
    if each:
        view = home.shock_each(path, industries=industries, progress=progress)
    else:
        view = home.shock_draws(path, draws, seed=seed, progress=progress)
    money_in, days = view.chains.currency, view.scenario.days
    columns = (
        *(Column(name, name.replace("_", " "), "text" if each else _form(name)) for name in view.varied),
        Column("lost_output", f"lost {money_in}", "usd", meaning="output lost in the world"),
        Column(
            "lost_elsewhere",
            "lost elsewhere",
            "usd",
            meaning="output lost outside the country that is cut; negative: others make more",
        ),
        Column("lost_value_added", "value added", "usd", meaning="value added lost in the world"),
        Column("unmet_final", "final demand unmet", "usd", meaning="final demand that was not met"),
        Column("stopped", "below half", "count", meaning="industries that fell below half of normal output"),
        Column("back_day", "all back on day", "count", meaning="empty: not within the days"),
    )
    what = f"each {'industry' if industries else 'country'} by itself" if each else f"{draws} draws, seed {seed}"
    notes = (*_sizes(view), *(() if each else _spread(view.table)), _model(view), *view.chains.notes())
    asked = _asked(view) | {
        "each": each,
        "industries": industries,
        "draws": draws,
        "seed": seed,
        "uncertain": view.scenario.uncertain,
    }
    title = f"{view.scenario.title}: {what}, what is lost in {days} days"
    return Answer(title, view.table, columns, notes, about(view.chains, asked), _ranked(view, title) if each else ())


def _ranked(view: SweepView, title: str) -> tuple[tuple[dict[str, Any], str], ...]:
    """The cuts that cost the others most, as bars."""
    lost = ((row[view.varied[-1]], row["lost_elsewhere"]) for row in view.table.to_pylist())
    return largest(f"{title}: output lost elsewhere, {view.chains.currency}", lost)


def _form(name: str) -> Form:
    return "count" if name == "draw" else "ratio"


def _spread(table: Any) -> tuple[str, ...]:
    import numpy as np

    low, middle, high = np.quantile(table["lost_output"].to_numpy(), (0.05, 0.5, 0.95))
    return (f"Output lost: median {money(middle)}; nine of ten draws between {money(low)} and {money(high)}.",)


def _columns(view: ShockView, by: str) -> tuple[Column, ...]:
    money_in = view.chains.currency
    first = (Column("country", "country"), Column("name", "name", on_screen=by == "country"))
    sums = (
        Column("output", f"normal {money_in}", "usd", meaning="normal output over the days"),
        Column("lost_output", "lost", "usd", meaning="output lost"),
        Column("lost_share", "share lost", "share", meaning="output lost over normal output"),
        Column("lost_value_added", "value added", "usd", meaning="value added lost"),
        Column("lowest", "lowest day", "share", meaning="smallest output of a day over normal"),
    )
    if by == "country":
        unmet = Column("unmet_final", "final demand unmet", "usd", meaning="final demand of its users that was not met")
        return (*first, *sums, unmet)
    return (
        *first,
        Column("industry", "code"),
        Column("industry_name", "industry"),
        *sums,
        Column("stopped_day", "below half from", "count", meaning="first day with less than half of normal output"),
        Column("back_day", "back on day", "count", meaning="day from which it makes 99 % or more; empty: not in time"),
        Column("bottleneck_name", "short of", meaning="input for want of which it lost most"),
    )


def _days(view: ShockView, only: str | None) -> Answer:
    shown = ("world",) if only is None else ("world", only)
    columns = (
        Column("day", "day", "count"),
        *(Column(name, "world" if name == "world" else name_of(name), "share") for name in shown),
        *(
            Column(name, name_of(name), "share", on_screen=False)
            for name in view.path.column_names
            if name not in ("day", "stocks", *shown)
        ),
        Column("stocks", "stocks", "share", meaning="inputs in stock over normal"),
    )
    title = f"{view.scenario.title}: output over normal, day by day"
    return Answer(title, view.path, columns, notes(view), about(view.chains, _asked(view)), drawn(view, only))


def drawn(view: ShockView, only: str | None = None) -> tuple[tuple[dict[str, Any], str], ...]:
    """Lines of the countries that lose most, and a heat map of industries; of one country where it is named.

    The days end soon after the last industry is back.
    """
    until = _until(view)
    most = [row["country"] for row in view.by_country.to_pylist() if row["lost_output"] > 0][:SHOWN_COUNTRIES]
    named = ["world", *dict.fromkeys([*([only] if only else []), *most])][: SHOWN_COUNTRIES + 1]
    names = {code: "world" if code == "world" else name_of(code) for code in named}
    lines = course_lines(view.path.select(["day", *named]).slice(0, until).to_pylist(), names, view.span)
    found = [(lines, f"Output over normal, day by day: the world and {len(named) - 1} countries. {CAPTION}")]
    if rows := _hit(view, only, until):
        where = f" of {name_of(only)}" if only else ""
        text = (
            f"Output over normal, day by day: industries{where} that lose most, then those that fell below half; right "
            f"the input for want of which they lost most. {CAPTION}"
        )
        found.append((course_heat(rows, until, view.span), text))
    return tuple(found)


def _hit(view: ShockView, only: str | None, until: int) -> list[dict[str, Any]]:
    """The industries that lose most, and of the others those that fell below half, with their levels by day."""
    lost = [
        row for row in view.places.to_pylist() if row["lost_output"] > 0 and (only is None or row["country"] == only)
    ]
    rest = [row for row in lost[SHOWN_INDUSTRIES:] if row["stopped_day"] is not None]
    level = view.course.level[:until]
    places = {pair: place for place, pair in enumerate(view.course.economy.axis.pairs)}
    return [
        {**row, "levels": level[:, places[row["country"], row["industry"]]].tolist()}
        for row in [*lost[:SHOWN_INDUSTRIES], *rest[:SHOWN_STOPPED]]
    ]


def _until(view: ShockView) -> int:
    """How many days to draw: a fifth more than the cut and its last trouble last."""
    days = view.scenario.days
    back = view.places["back_day"].to_pylist()
    last = days if None in back else max([*back, view.span[1]])
    return min(days, last + max(last // 5, 5))


def notes(view: ShockView) -> tuple[str, ...]:
    """What a reader has to know of a course, the table it rests on included."""
    return (*_sizes(view), *story(view), _model(view), *view.chains.notes())


def _sizes(view: ShockView | SweepView) -> tuple[str, ...]:
    return tuple(sized.note(view.chains) for sized in view.scenario.sized)


def story(view: ShockView) -> tuple[str, ...]:
    """What happened, in sentences."""
    course, money_in = view.course, view.chains.currency
    places = view.places.to_pylist()
    total, whole = sum(row["lost_output"] for row in places), sum(row["output"] for row in places)
    lost = f"{money(total)} {money_in}"
    first_line = (
        f"The world loses {lost} of output ({100 * total / whole:.2f} % of these days'), "
        f"{money(float(course.lost_value_added.sum()))} of value added; final users go without "
        f"{money(float(course.unmet.sum()))}."
    )
    told = [first_line]
    stopped = [row for row in places if row["stopped_day"] is not None]
    if stopped:
        first = min(stopped, key=lambda row: row["stopped_day"])
        told.append(
            f"{_count(len(stopped))} below half of normal output, first {first['industry_name']} of {first['name']} "
            f"on day {first['stopped_day']}."
        )
    else:
        told.append("No industry falls below half of its normal output.")
    short = [row for row in places if row["bottleneck"] is not None]
    if short:
        worst = max(short, key=lambda row: row["lost_output"])
        told.append(
            f"Short of an input that stops them: {_count(len(short))}; most is lost in {worst['industry_name']} of "
            f"{worst['name']}, for want of {worst['bottleneck_name']}."
        )
    else:
        told.append("No industry runs out of an input: stocks last, and what is lost is lost sales.")
    late = sum(row["back_day"] is None for row in places)
    back = max((row["back_day"] or 0 for row in places), default=0)
    if late:
        told.append(f"{late} industries are not back after these days.")
    elif back:
        told.append(f"All industries are back on day {back}.")
    else:
        told.append("No industry makes less than 99 % of its normal output on any day.")
    return tuple(told)


def _count(number: int) -> str:
    return f"{number:,} {'industry' if number == 1 else 'industries'}"


def _model(view: ShockView | SweepView) -> str:
    apart = "" if view.scenario.replaceable else ", but not those of the suppliers that are cut"
    return MODEL.format(apart=apart)


def _asked(view: ShockView | SweepView) -> dict[str, Any]:
    scenario = view.scenario
    return {
        "scenario": scenario.title,
        "year": scenario.year,
        "days": scenario.days,
        "stocks": scenario.stocks,
        "critical": scenario.critical,
        "replaceable": scenario.replaceable,
        "rerouting": scenario.response.rerouting,
        "spare": scenario.response.spare,
        "restock": scenario.response.restock,
        "rationing": scenario.response.rationing,
        "ordering": scenario.response.ordering,
        "within_stock": scenario.response.within_stock,
        "shocks": list(scenario.shocks),
    }
