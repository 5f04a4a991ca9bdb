"""Commands that write into the record: decide, countersign, supersede, note."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from homeground.cli._options import DEFAULT_HOME, HomeOption, JsonOption
from homeground.cli._record import ByOption, EntryArgument, RoleOption, UrlOption, content, opened, written
from homeground.errors import UsageError, message

OUTCOMES: Final = ("approve", "reject")


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    for command in (decide, countersign, supersede, note):
        group.command()(command)


def decide(
    by: ByOption,
    role: RoleOption,
    decision: Annotated[
        Path | None, typer.Argument(help="Decision (TOML): deal, verdict, rules, outcome, who signs.")
    ] = None,
    review: Annotated[int | None, typer.Option("--review", help="Entry of the review that is decided on.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="approve or reject; with --review.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Reason; with --review.")] = None,
    evidence: Annotated[Path | None, typer.Option("--evidence", help="File to keep as evidence.")] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Policy book (folder) that says who signs; its text is kept.")
    ] = None,
    signers_from_file: Annotated[
        bool,
        typer.Option("--signers-from-file", help="Without a policy book: who signs is what the decision's file says."),
    ] = False,
    supersedes: Annotated[int | None, typer.Option("--supersedes", help="Earlier decision that it replaces.")] = None,
    home: HomeOption = DEFAULT_HOME,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a decision on a recorded review, or on a deal that a file states; who signs is what the policy says.

    Example: homeground record decide --review 12 --outcome approve --by ana --role officer
    """
    from homeground.home.deals import deal_record
    from homeground.record.papers import read_decision

    apart = (evidence, policy, signers_from_file or None)
    _require_one(decision, review, outcome, apart=apart, of_review=(outcome, reason))
    with opened(home, url) as ledger:
        signed: dict[str, Any] = {"by": by, "role": role, "supersedes": supersedes}
        if decision is None:
            entry = deal_record.decide(ledger, int(review or 0), str(outcome), reason=reason, **signed)
        elif policy is not None and policy.is_dir() and not signers_from_file:
            made, signed = read_decision(decision), {**signed, "evidence": content(evidence)}
            entry = deal_record.decide_stated(ledger, made, policy, **signed)
        else:
            _require_said(policy, signers_from_file)
            made, signed = read_decision(decision), {**signed, "evidence": content(evidence)}
            entry = ledger.decide(made, policy=content(policy), **signed)
        written(entry, as_json=as_json, decided=ledger.state().decisions[entry.number])


def _require_one(
    decision: Path | None,
    review: int | None,
    outcome: str | None,
    apart: tuple[object, ...],
    of_review: tuple[object, ...],
) -> None:
    """Raise UsageError unless a decision comes from a file or from a review, each with its own options only."""
    if (decision is None) == (review is None):
        found = "neither" if decision is None else "both"
        do = "name the entry of the review (--review), or a file that holds the decision"
        raise UsageError(message("a decision is on a review, or in a file", found=found, expected="one of them", do=do))
    if review is not None and outcome not in OUTCOMES:
        expected, do = " or ".join(OUTCOMES), "give --outcome"
        raise UsageError(message("what is decided", found=outcome or "nothing", expected=expected, do=do))
    strange = "--evidence, --policy and --signers-from-file" if review is not None else "--outcome and --reason"
    if any(option is not None for option in (apart if review is not None else of_review)):
        do = "leave them out: a review keeps its evidence and policy, a file states its outcome and reason"
        raise UsageError(message(f"{strange} do not belong here", do=do))


def _require_said(policy: Path | None, from_file: bool) -> None:
    """Raise UsageError unless it is stated that the decision's file says who signs, and no policy book says it."""
    book = policy is not None and policy.is_dir()
    if book or not from_file:
        found = "a policy book and --signers-from-file" if book else "no policy book"
        do = (
            "name the policy book's folder (--policy), or let the file say it where there is none (--signers-from-file)"
        )
        raise UsageError(message("who says who signs", found=found, expected="one of them", do=do))


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
    """Sign a decision as the second person, or a further one where the policy asks for more.

    Example: homeground record countersign 12 --by bo --role "deputy minister"
    """
    with opened(home, url) as ledger:
        made = ledger.countersign(entry, by=by, role=role, agrees=not refuse, reason=reason)
        written(made, as_json=as_json, decided=ledger.state().decisions[entry])


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
