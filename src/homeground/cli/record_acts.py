"""Commands that write into the record: decide, countersign, supersede, note."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption
from homeground.cli._record import ByOption, EntryArgument, RoleOption, UrlOption, content, opened, written


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    for command in (decide, countersign, supersede, note):
        group.command()(command)


def decide(
    decision: Annotated[Path, typer.Argument(help="Decision (TOML): deal, verdict, rules, outcome, who signs.")],
    by: ByOption,
    role: RoleOption,
    evidence: Annotated[Path | None, typer.Option("--evidence", help="File to keep as evidence.")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="File to keep as the policy's text.")] = None,
    supersedes: Annotated[int | None, typer.Option("--supersedes", help="Earlier decision that it replaces.")] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a decision on a deal.

    Example: homeground record decide crude.toml --by ana --role officer --evidence review.json
    """
    from homeground.record.papers import read_decision

    made = read_decision(decision)
    with opened(home, url) as ledger:
        entry = ledger.decide(
            made, by=by, role=role, evidence=content(evidence), policy=content(policy), supersedes=supersedes
        )
        written(entry, as_json=as_json, standing=ledger.state().decisions[entry.number].standing)


def countersign(
    entry: EntryArgument,
    by: ByOption,
    role: RoleOption,
    refuse: Annotated[bool, typer.Option("--refuse", help="Do not agree; needs a reason.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Reason.")] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a decision as the second person.

    Example: homeground record countersign 12 --by bo --role "deputy minister"
    """
    with opened(home, url) as ledger:
        made = ledger.countersign(entry, by=by, role=role, agrees=not refuse, reason=reason)
        written(made, as_json=as_json, standing=ledger.state().decisions[entry].standing)


def supersede(
    entry: EntryArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why it holds no longer.")],
    by: ByOption,
    role: RoleOption,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Withdraw a decision, a countersignature or a note; the entry stays, and holds no longer.

    Example: homeground record supersede 12 --reason "the seller withdrew" --by ana --role officer
    """
    with opened(home, url) as ledger:
        written(ledger.supersede(entry, reason, by=by, role=role), as_json=as_json)


def note(
    text: Annotated[str, typer.Argument(help="Remark.")],
    by: ByOption,
    role: RoleOption,
    entry: Annotated[int | None, typer.Option("--entry", help="Entry that it is about.")] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a remark.

    Example: homeground record note "stock cover asked for" --entry 12 --by ana --role officer
    """
    with opened(home, url) as ledger:
        written(ledger.note(text, by=by, role=role, entry=entry), as_json=as_json)
