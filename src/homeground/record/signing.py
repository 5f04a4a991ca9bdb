"""Who may do what: each act is checked against what holds now, and becomes a draft of an entry or is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeground.errors import BadInput, NotInHome, SigningRefused, listing, message
from homeground.record.entries import Signer
from homeground.record.kinds import is_product, require_payload
from homeground.record.required import Required
from homeground.record.state import REGISTRAR, WAITING, Decided, Person, State

CORRECTABLE: Final = ("review", "position", "decision", "countersignature", "note")
"""Kinds that a supersession may withdraw."""


@dataclass(frozen=True)
class Draft:
    """An entry before it has a number, a time and a place in the chain."""

    kind: str
    people: tuple[Signer, ...]
    payload: Mapping[str, Any]
    evidence: str = ""
    policy: str = ""

    def __post_init__(self) -> None:
        require_payload(self.kind, self.payload)


@dataclass(frozen=True)
class Signing:
    """Who signs, as the policy says: roles of the first signer, the limit above which a second is needed, their roles.

    A deal whose value is not known needs the second, as one above the limit does. `reference` is the legal basis.
    """

    roles: tuple[str, ...]
    limit_usd: float
    second_roles: tuple[str, ...]
    reference: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as it is written into a decision."""
        return {
            "roles": list(self.roles),
            "limit_usd": self.limit_usd,
            "second_roles": list(self.second_roles),
            "reference": self.reference,
        }

    def second_needed(self, value_usd: float | None) -> bool:
        """Whether two people sign a deal of this value."""
        return value_usd is None or value_usd > self.limit_usd

    def required(self, value_usd: float | None) -> tuple[Required, ...]:
        """Return the signatures that a deal of this value needs."""
        first, second = (Required("", roles, self.reference) for roles in (self.roles, self.second_roles))
        return (first, second) if self.second_needed(value_usd) else (first,)


@dataclass(frozen=True)
class Signatures:
    """Who signs, as the policy book of the deal's day says (`policy.signatures`): every signature that is needed.

    `review` is the entry of the review, None where a file states the deal; `policy` is the version of the book, `day`
    the day whose law it is (ISO).
    """

    needed: tuple[Required, ...]
    review: int | None
    policy: str
    day: str

    def document(self) -> dict[str, Any]:
        """Return it as it is written into a decision."""
        needed = [each.document() for each in self.needed]
        reviewed = {} if self.review is None else {"review": self.review}
        return {"required": needed, **reviewed, "policy": self.policy, "day": self.day}

    def required(self, value_usd: float | None) -> tuple[Required, ...]:
        """Return the signatures that are needed; the book has weighed the value already."""
        return self.needed


@dataclass(frozen=True)
class Decision:
    """What is decided on a deal: the policy's verdict, the rules that fired, the outcome, the reason for a departure.

    `deal` is the deal as plain data. `reason` must be given where the outcome departs from the verdict: a deal approved
    that the policy does not allow, or rejected that it allows.
    """

    deal: Mapping[str, Any]
    product: str
    value_usd: float | None
    verdict: str
    rules: tuple[str, ...]
    outcome: str
    signing: Signing | Signatures
    reason: str | None = None

    @property
    def departs(self) -> bool:
        """Whether the outcome departs from the verdict."""
        if self.outcome == "reject":
            return self.verdict == "allow"
        return self.verdict not in ("allow", "caution")


def person(state: State, identity: str, name: str, roles: Sequence[str], by: str) -> Draft:
    """Add a person, or change name and roles; the very first one adds themselves, as registrar."""
    payload = {"person": identity, "name": name, "roles": list(roles)}
    if state.people:
        return Draft("person", (_registrar(state, by),), payload)
    if by != identity or REGISTRAR not in roles:
        found = f"{by} adding {identity} as {listing(roles) or 'nothing'}"
        expected = f"a person who adds themselves with the role {REGISTRAR}"
        do = "begin with the registrar"
        raise SigningRefused(message("the record has no people yet", found=found, expected=expected, do=do))
    return Draft("person", (Signer(by, REGISTRAR),), payload)


def qualification(
    state: State, identity: str, role: str, goods: Sequence[str], since: str, until: str, grounds: str, by: str
) -> Draft:
    """Grant a qualification; nobody grants their own."""
    signer = _registrar(state, by)
    if by == identity:
        what = "nobody grants a qualification to themselves"
        raise SigningRefused(message(what, found=by, expected="another registrar", do="ask another, or pass the drill"))
    return granted(state, (signer,), identity, role, goods, since, until, grounds, None)


def granted(
    state: State,
    people: tuple[Signer, ...],
    identity: str,
    role: str,
    goods: Sequence[str],
    since: str,
    until: str,
    grounds: str,
    drill: int | None,
) -> Draft:
    """Draft a qualification once it is clear that it may be granted."""
    require_role(state.person(identity), role)
    payload = {"person": identity, "role": role, "goods": list(goods), "from": since, "until": until,
               "grounds": grounds, "drill": drill}  # fmt: skip
    draft = Draft("qualification", people, payload)
    if since > until:
        raise BadInput(
            message(
                "a qualification ends before it begins",
                found=until,
                expected=f"{since} or later",
                do="correct the days",
            )
        )
    return draft


def revocation(state: State, number: int, reason: str, by: str) -> Draft:
    """End a qualification before its day."""
    held = state.qualifications.get(number)
    if held is None or held.revoked:
        found = "revoked already" if held else state.kinds.get(number, "no such entry")
        do = "see 'homeground record qualifications list'"
        raise NotInHome(message(f"entry {number} is not a qualification that can be revoked", found=found, do=do))
    return Draft("revocation", (_registrar(state, by),), {"entry": number, "reason": reason})


def decision(
    state: State, day: str, made: Decision, by: str, role: str, *, evidence: str = "", policy: str = "",
    supersedes: int | None = None,
) -> Draft:  # fmt: skip
    """Sign a decision."""
    needed = made.signing.required(made.value_usd)
    payload = {
        "deal": made.deal,
        "product": made.product,
        "value_usd": made.value_usd,
        "verdict": made.verdict,
        "rules": list(made.rules),
        "outcome": made.outcome,
        "reason": made.reason,
        "signing": made.signing.document(),
        "second_needed": len(needed) > 1,
        "supersedes": supersedes,
    }
    draft = Draft("decision", (Signer(by, role),), payload, evidence, policy)
    if made.departs and not (made.reason or "").strip():
        found = f"{made.outcome} where the policy's verdict is {made.verdict}"
        do = "give the reason, which stays in the record"
        raise BadInput(message("the decision departs from the verdict without a reason", found=found, do=do))
    require_signer(state, day, by, role, made.product, needed)
    if isinstance(made.signing, Signatures) and made.signing.review is not None:
        require_undecided(state, made.signing.review, supersedes)
    if supersedes is not None:
        _require_correctable(state, supersedes)
        state.decision(supersedes)
    return draft


def countersignature(
    state: State, day: str, number: int, by: str, role: str, agrees: bool, reason: str | None
) -> Draft:
    """Sign as the second person, or a further one; one who does not agree says why."""
    decided = state.decision(number)
    if decided.standing not in WAITING:
        what = f"decision {number} does not wait for a second signature"
        raise BadInput(message(what, found=decided.standing, do=f"see 'homeground record show {number}'"))
    if by in (decided.person, *(each.person for each in decided.signed)):
        what, where = "the second signature must be another person's", _rules(decided.open)
        expected = f"not {by}, who signed {'first' if by == decided.person else 'already'}"
        raise SigningRefused(message(what, where=where, found=by, expected=expected, do="ask another person"))
    counts = decided.open_to(role)
    require_signer(state, day, by, role, decided.product, decided.required if counts else decided.open)
    if not agrees and not (reason or "").strip():
        raise BadInput(message("a refusal needs its reason", do="give the reason"))
    return Draft("countersignature", (Signer(by, role),), {"entry": number, "agrees": agrees, "reason": reason})


def supersession(state: State, day: str, number: int, reason: str, by: str, role: str, new: int | None = None) -> Draft:
    """Withdraw an entry; for a decision or a countersignature, by someone who may sign for its goods.

    A refusal stays once its review is withdrawn or decided anew: without it, two decisions would stand on one deal.
    """
    _require_correctable(state, number)
    if state.kinds[number] == "review":
        require_undecided(state, number)
    about = state.countersigned.get(number, number)
    if about in state.decisions:
        decided: Decided = state.decisions[about]
        require_signer(state, day, by, role, decided.product, decided.entitled)
        if number != about:
            _require_unreplaced(state, decided, number)
    else:
        require_role(state.person(by), role)
    return Draft("supersession", (Signer(by, role),), {"entry": number, "by": new, "reason": reason})


def note(state: State, text: str, number: int | None, by: str, role: str) -> Draft:
    """Write a remark."""
    require_role(state.person(by), role)
    if number is not None and number not in state.kinds:
        raise no_entry(number, state.number)
    return Draft("note", (Signer(by, role),), {"text": text, "entry": number})


def act(done: str, about: str, detail: Mapping[str, Any], by: str, role: str) -> Draft:
    """State what was done at the desk, by whom, in a role of the desk's, which has been checked there."""
    return Draft("act", (Signer(by, role),), {"act": done, "about": about, "detail": dict(detail)})


def no_entry(number: int, last: int) -> NotInHome:
    """The error for an entry that is not there."""
    expected = f"1 to {last}" if last else "none: the record is empty"
    return NotInHome(message("no such entry", found=number, expected=expected, do="see 'homeground record log'"))


def require_signer(state: State, day: str, by: str, role: str, product: str, needed: Sequence[Required]) -> None:
    """Raise SigningRefused, with the rule's name, unless this person, in this role, may give one of the signatures."""
    who = state.person(by)
    require_role(who, role)
    if all(role not in each.roles for each in needed):
        what, expected = f"the policy does not let a {role} sign this", "; ".join(map(str, dict.fromkeys(needed)))
        do = "let someone in one of these roles sign"
        raise SigningRefused(message(what, where=_rules(needed), found=role, expected=expected, do=do))
    if not is_product(product):
        raise BadInput(message("not a product", found=repr(product), expected="six digits of the HS", do="correct it"))
    held = [q for q in state.qualifications.values() if q.person == by and q.role == role and q.covers(product)]
    if any(q.holds(day) for q in held):
        return
    ended = ", ".join(
        f"entry {q.entry} {'was revoked' if q.revoked else f'holds from {q.since} to {q.until}'}" for q in held
    )
    found = f"{by} on {day}: {ended}" if ended else f"{by} has none for these goods"
    do = "pass the drill for these goods, ask a registrar, or let someone qualified sign"
    raise SigningRefused(
        message(
            f"no valid qualification as {role} for product {product}",
            where=_rules([each for each in needed if role in each.roles]),
            found=found,
            expected="one that holds today",
            do=do,
        )
    )


def _rules(needed: Sequence[Required]) -> str:
    """Name the rules that ask for signatures; empty where they come from no book."""
    return ", ".join(dict.fromkeys(f"rule {each.rule}" for each in needed if each.rule))


def require_undecided(state: State, review: int, supersedes: int | None = None) -> None:
    """Raise BadInput for a review that is withdrawn, or on which a decision stands that is not the one replaced."""
    if review in state.superseded:
        found, do = f"by entry {state.superseded[review]}", "review the deal again"
        raise BadInput(message(f"the review {review} is withdrawn", found=found, do=do))
    standing = [
        made.entry
        for made in state.decisions.values()
        if made.review == review and made.standing not in ("superseded", "refused by the second")
    ]
    if standing and standing[-1] != supersedes:
        found, do = (
            f"decision {standing[-1]}",
            f"let a decision supersede entry {standing[-1]}, or review the deal again",
        )
        raise BadInput(message(f"the review {review} is decided on already", found=found, do=do))


def _require_unreplaced(state: State, decided: Decided, number: int) -> None:
    """Raise BadInput for the withdrawal of a refusal whose decision would stand again beside a later one."""
    refused = decided.superseded is None and any(each.entry == number and not each.agrees for each in decided.signed)
    if refused and decided.review is not None:
        require_undecided(state, decided.review)


def require_role(who: Person, role: str) -> None:
    """Raise SigningRefused unless the person holds the role."""
    if role not in who.roles:
        do = "give a role that they hold, or let a registrar change their roles"
        held = listing(who.roles) or "no role"
        raise SigningRefused(message(f"{who.id} does not hold this role", found=role, expected=held, do=do))


def _registrar(state: State, by: str) -> Signer:
    require_role(state.person(by), REGISTRAR)
    return Signer(by, REGISTRAR)


def _require_correctable(state: State, number: int) -> None:
    kind = state.kinds.get(number)
    if kind is None:
        raise no_entry(number, state.number)
    if number in state.superseded:
        found = f"by entry {state.superseded[number]}"
        raise BadInput(message(f"entry {number} is superseded already", found=found, do="supersede the later one"))
    if kind not in CORRECTABLE:
        do = "write a person anew, revoke a qualification, or add a note"
        raise BadInput(
            message(f"a {kind} is not superseded", where=f"entry {number}", expected=listing(CORRECTABLE), do=do)
        )
