"""A supply shock: who is cut off, by how much, how long; run as a job, and played day by day; or many in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import create_model

from homeground.brief.chains import shock_panels
from homeground.brief.chains.shock_tables import sweep_answer
from homeground.desk.pages import Asked, Asking, Done, Panel, Sheet, act, field, page
from homeground.desk.pages.chains import no_table
from homeground.desk.showing.choices import newest, years
from homeground.desk.web.forms import Field, Form
from homeground.desk.web.sheet import Choices
from homeground.desk.work.jobs import DONE, Job, Outcome, Work, job
from homeground.errors import BadInput, NotInHome, message
from homeground.home.chains.chains import name_of, open_chains
from homeground.home.chains.scenario_text import scenario_text
from homeground.home.chains.scenarios import ABROAD
from homeground.store.arrays import TABLE

MOST_DAYS: Final = 1500
LIMITS: Final[dict[str, dict[str, Any]]] = {
    "supplier": {"max_length": 40}, "industry": {"max_length": 40}, "buyer": {"max_length": 40},
    "share": {"gt": 0, "le": 100}, "start": {"ge": 0, "le": MOST_DAYS}, "cut_days": {"ge": 1, "le": MOST_DAYS},
}  # fmt: skip
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
    sweep: Literal["no", "countries", "industries"] = field(
        "Run", "no", help="This scenario day by day, or many cuts in turn, ranked by what they cost the others."
    )
    replaceable: bool = field(
        "Others make the same", True, help="If not, nobody's stock or product replaces what the cut suppliers deliver."
    )


MOST_CUTS: Final = 4
OF_CUT: Final = ("supplier", "industry", "buyer", "share", "start", "cut_days")
"""Fields of the form that each cut has."""

if TYPE_CHECKING:

    class Cuts(Shock):
        """A shock of several cuts."""

else:
    Cuts = create_model(
        "Cuts", __base__=Shock, __doc__="A shock of several cuts: a field of the second is called `supplier_2`.",
        **{
            f"{name}_{number}": (
                Shock.model_fields[name].annotation | None,
                field(f"Cut {number}: {Shock.model_fields[name].title.lower()}", None, **LIMITS.get(name, {})),
            )
            for number in range(2, MOST_CUTS + 1) for name in OF_CUT
        },
    )  # fmt: skip


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
    return Sheet(
        asking.text("A supplier stops"), lead=lead, choices=chosen, trail=trail, template="shock_new.html.j2",
        values={"form": form, "groups": _groups(form)},
    )  # fmt: skip


def _groups(form: Form) -> list[tuple[int, list[Field]]]:
    """The fields as they stand on the page: the first cut, further ones that are folded away, what is assumed (0)."""
    shown = {each.name: each for each in form.fields}
    first = ("year", *OF_CUT)
    further = [[shown.pop(f"{name}_{number}") for name in OF_CUT] for number in range(2, MOST_CUTS + 1)]
    groups = [(1, [shown.pop(name) for name in first])]
    groups += [(number, fields) for number, fields in enumerate(further, 2)]
    return [*groups, (0, list(shown.values()))]


@act("/chains/shock", title="Scenario", needs="analyst", purpose="chains", submit="Run the days")
def run(asking: Asking, asked: Cuts) -> Done:
    """Start the run of a scenario, or of a sweep over it."""
    cuts, title = _cuts(asked), _title(asking, asked)
    if asked.sweep == "no":
        return asking.jobs.begin(asking, "shock", title, text=_scenario(title, asked, cuts))
    if len(cuts) > 1:
        what, do = "many cuts in turn start from one", "leave out the others"
        raise BadInput(message(what, found=f"{len(cuts)} cuts", expected="one cut", do=do))
    return asking.jobs.begin(asking, "sweep", title, text=_scenario(title, asked, cuts), each=asked.sweep)


@job("sweep", "Many cuts in turn")
def sweeping(work: Work, text: str, each: str) -> Outcome:
    """Cut every country, or every industry of one, by itself; largest loss elsewhere first."""
    path = work.folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    answer = sweep_answer(work.home, path, each=True, industries=each == "industries", progress=work.progress)
    return Outcome((answer,), files=(path.name,), to=f"/chains/sweep/{work.folder.name}")


@page("/chains/sweep/{identity}", title="Many cuts in turn", purpose="chains", needs="analyst")
def swept(asking: Asking, identity: str) -> Sheet:
    """What each of many cuts would cost, ranked."""
    found = _of(asking, identity, "sweep")
    (answer,) = asking.jobs.answers(identity)
    year = answer.about["question"]["year"]
    links = {"supplier_name": f"/chains/exposure/{{supplier}}?year={year}"}
    return Sheet(
        found.title,
        (Panel(answer, "cuts", links, most=60),),
        links=(
            (asking.text("The scenario as a file"), f"/jobs/{identity}/file/scenario.toml"),
            (asking.text("Another scenario"), f"/chains/shock?year={year}"),
        ),
        trail=((asking.text("Chains"), "/chains"), (asking.text("A supplier stops"), "/chains/shock")),
    )


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
    found = _of(asking, identity, "shock")
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


def _of(asking: Asking, identity: str, kind: str) -> Job:
    """Return the job of a shock or a sweep that this person ran, or any for those who administer."""
    found: Job = asking.jobs.find(identity)
    mine = found.person == asking.person.login or asking.may("admin")
    if not mine or found.kind != kind or found.state != DONE:
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
    industries = [(code, f"{chains.industry(code)} ({code})") for code in dict.fromkeys(axis.names)]
    buyers = [(ABROAD, asking.text("everybody abroad")), (NOBODY, asking.text("nobody named: production itself stops"))]
    sweeps = [(each, asking.text(words)) for each, words in SWEEPS]
    found: dict[str, Sequence[tuple[str, str]]] = {"sweep": sweeps}
    for number in range(1, MOST_CUTS + 1):
        end, nobody = (f"_{number}", [("", "–")]) if number > 1 else ("", [])
        found |= {f"supplier{end}": [*nobody, *named], f"industry{end}": [("", "–"), *industries]}
        found[f"buyer{end}"] = [*nobody, *buyers, *named]
    return found


SWEEPS: Final = (
    ("no", "This scenario, day by day"),
    ("countries", "The same cut in each country, one after the other"),
    ("industries", "Each industry of this country, one after the other"),
)


def _title(asking: Asking, asked: Cuts) -> str:
    who = name_of(asked.supplier) if asked.supplier.isupper() else asked.supplier
    what = f"{who}, {asked.industry}" if asked.industry else who
    if asked.sweep == "countries":
        what = f"{asked.industry or 'all industries'}, country by country"
    elif asked.sweep == "industries":
        what = f"{who}, industry by industry"
    more = len(_cuts(asked)) - 1
    others = f" and {more} more {'cut' if more == 1 else 'cuts'}" if more else ""
    return f"{what}: {asked.share:g} % cut off for {asked.cut_days} days from day {asked.start}{others}, {asked.year}"


def _cuts(asked: Cuts) -> list[dict[str, Any]]:
    """The cuts that name a supplier; what a further one leaves open is as in the first."""
    first = {name: getattr(asked, name) for name in OF_CUT}
    told = [{name: getattr(asked, f"{name}_{number}") for name in OF_CUT} for number in range(2, MOST_CUTS + 1)]
    whole = [{**first, "industry": None, **{k: v for k, v in cut.items() if v is not None}} for cut in told]
    return [_cut(cut) for cut, own in zip([first, *whole], [first, *told], strict=True) if own["supplier"]]


def _cut(cut: dict[str, Any]) -> dict[str, Any]:
    supplier = f"{cut['supplier']}.{cut['industry']}" if cut["industry"] else cut["supplier"]
    buyer = None if cut["buyer"] == NOBODY else cut["buyer"]
    times = {"start": cut["start"], "days": cut["cut_days"]}
    return {"supplier": supplier, "buyer": buyer, "share": cut["share"] / 100, **times}


def _scenario(title: str, asked: Cuts, cuts: list[dict[str, Any]]) -> str:
    return scenario_text(
        title, asked.year, *cuts, days=asked.days, stocks=asked.stocks, critical=asked.critical,
        rerouting=asked.rerouting / 100, spare=asked.spare / 100, restock=asked.restock, rationing=asked.rationing,
        replaceable=asked.replaceable,
    )  # fmt: skip
