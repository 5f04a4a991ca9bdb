"""A supply shock: who is cut off, by how much, how long; run as a job, and played day by day."""

from __future__ import annotations

from typing import Any, Final, Literal

from homeground.brief import shock_panels
from homeground.desk.choices import newest, years
from homeground.desk.jobs import DONE, Job, Outcome, Work, job
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.pages.chains import no_table
from homeground.desk.sheet import Choices
from homeground.errors import NotInHome, message
from homeground.home.chains import name_of, open_chains
from homeground.home.scenario_text import scenario_text
from homeground.home.scenarios import ABROAD
from homeground.store.arrays import TABLE

MOST_DAYS: Final = 1500
NOBODY: Final = "nobody"
"""No buyer is named: production itself stops."""


class OfYear(Asked):
    """The table of which year."""

    year: int | None = field("Year", None, ge=1900, le=2100)


class Shock(Asked):
    """Who is cut off, how, and what is assumed."""

    year: int = field("Year", widget="hidden", ge=1900, le=2100)
    supplier: str = field("Who stops delivering", help="A country of the table.", max_length=40)
    industry: str | None = field("Its industry", None, help="The whole country if left out.", max_length=40)
    buyer: str = field(
        "To whom", ABROAD, help="Everybody abroad, one country, or nobody named: production itself stops.",
        max_length=40,
    )  # fmt: skip
    share: float = field("Share cut off, %", 100, gt=0, le=100)
    start: int = field("From day", 10, ge=0, le=MOST_DAYS)
    cut_days: int = field("For days", 60, ge=1, le=MOST_DAYS)
    days: int = field("Days to look at", 365, ge=2, le=MOST_DAYS)
    stocks: float = field("Days of inputs in stock", 30, ge=1, le=3650)
    critical: Literal["all", "none"] = field("Inputs without which an industry stops", "all")
    rerouting: float = field("Orders placed elsewhere instead, %", 0, ge=0, le=100)
    spare: float = field("Capacity above normal, %", 0, ge=0, le=1000)
    restock: int = field("Days to fill stocks again", 10, ge=1, le=MOST_DAYS)
    rationing: Literal["proportional", "priority"] = field(
        "Who gets what is short", "proportional", help="All in proportion, or industries before final users."
    )
    replaceable: bool = field(
        "Others make the same", True, help="If not, nobody's stock or product replaces what the cut suppliers deliver."
    )


class OnDay(Asked):
    """Which day is shown, and whether the days go on by themselves."""

    day: int | None = field("Day", None, widget="hidden", ge=0, le=MOST_DAYS)
    play: bool = field("Play", False, widget="hidden")


@page("/chains/shock", title="A supplier stops", purpose="chains", needs="analyst")
def plan(asking: Asking, question: OfYear) -> Sheet:
    """Say who is cut off."""
    if not years(asking.home, TABLE):
        return no_table(asking)
    year = question.year or newest(asking.home, TABLE)
    lead = asking.text("What breaks when a supplier stops: with stocks, inputs that are needed, and rationing.")
    form = asking.form(run, {"year": [year], "buyer": [ABROAD], "replaceable": ["true"]}, _choices(asking, year))
    chosen = {"year": years(asking.home, TABLE)}
    trail = ((asking.text("Chains"), "/chains"),)
    return Sheet(asking.text("A supplier stops"), lead=lead, choices=chosen, forms=(form,), trail=trail)


@act("/chains/shock", title="Scenario", needs="analyst", purpose="chains", submit="Run the days")
def run(asking: Asking, asked: Shock) -> Done:
    """Start the run of a scenario."""
    title = _title(asking, asked)
    return asking.jobs.begin(asking, "shock", title, text=_scenario(title, asked))


@job("shock", "A supplier stops")
def running(work: Work, text: str) -> Outcome:
    """Run a scenario; its file can be taken along and run again by `homeground shock`."""
    path = work.folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    answers = shock_panels.answers(work.home.shock(path, progress=work.progress))
    said = "\n".join(answers[0].notes[:5])
    return Outcome(answers, said, files=(path.name,), to=f"/chains/shock/{work.folder.name}")


@page("/chains/shock/{identity}", title="Day by day", purpose="chains", needs="analyst")
def played(asking: Asking, identity: str, on: OnDay) -> Sheet:
    """The days of a shock that was run: one of them large, all of them below."""
    found = _shock(asking, identity)
    kept = asking.jobs.answers(identity)
    day = shock_panels.day_of(kept, on.day if on.day is not None else _worst(kept[0]))
    days, countries, industries, levels = kept
    year = days.about["question"]["year"]
    country = {"name": f"/chains/exposure/{{country}}?year={year}"}
    return Sheet(
        found.title,
        (
            Panel(days, "days", {"day": f"/chains/shock/{identity}?day={{day}}"}, most=15),
            Panel(countries, "countries", country, most=15),
            Panel(industries, "industries", {"country": country["name"]}, most=25),
            Panel(levels, "levels", most=5),
        ),
        links=(
            (asking.text("The scenario as a file"), f"/jobs/{identity}/file/scenario.toml"),
            (asking.text("Another scenario"), f"/chains/shock?year={year}"),
        ),
        trail=((asking.text("Chains"), "/chains"), (asking.text("A supplier stops"), "/chains/shock")),
        template="shock_days.html.j2",
        values={"day": day, "path": f"/chains/shock/{identity}", "playing": on.play and day.day < day.last},
    )


def _shock(asking: Asking, identity: str) -> Job:
    """Return the job of a shock that this person ran, or any for those who administer."""
    found: Job = asking.jobs.find(identity)
    mine = found.person == asking.person.login or asking.may("admin")
    if not mine or found.kind != "shock" or found.state != DONE:
        raise NotInHome(message("no such course of a shock", found=identity, do="run a scenario"))
    return found


def _worst(days: Any) -> int:
    world = days.table["world"].to_pylist()
    return int(world.index(min(world)))


def _choices(asking: Asking, year: int) -> Choices:
    """The countries and industries of the table."""
    chains = open_chains(asking.home.store, year)
    axis = chains.system.industries_axis
    named = sorted(((code, name_of(code)) for code in axis.owners), key=lambda pair: pair[1])
    industries = [(code, f"{code} {chains.industry(code)}") for code in dict.fromkeys(axis.names)]
    buyers = [(ABROAD, asking.text("everybody abroad")), (NOBODY, asking.text("nobody named: production itself stops"))]
    return {"supplier": named, "industry": [("", "–"), *industries], "buyer": [*buyers, *named]}


def _title(asking: Asking, asked: Shock) -> str:
    who = name_of(asked.supplier) if asked.supplier.isupper() else asked.supplier
    what = f"{who} {asked.industry}" if asked.industry else who
    return f"{what}: {asked.share:g} % cut off for {asked.cut_days} days from day {asked.start}, {asked.year}"


def _scenario(title: str, asked: Shock) -> str:
    supplier = f"{asked.supplier}.{asked.industry}" if asked.industry else asked.supplier
    buyer = None if asked.buyer == NOBODY else asked.buyer
    times = {"start": asked.start, "days": asked.cut_days}
    cut = {"supplier": supplier, "buyer": buyer, "share": asked.share / 100, **times}
    return scenario_text(
        title, asked.year, cut, days=asked.days, stocks=asked.stocks, critical=asked.critical,
        rerouting=asked.rerouting / 100, spare=asked.spare / 100, restock=asked.restock, rationing=asked.rationing,
        replaceable=asked.replaceable,
    )  # fmt: skip
