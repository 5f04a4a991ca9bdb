"""The verdict on a deal: evidence gathered, the law of its day applied, and what would make it pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from homeground.deals import evidence
from homeground.deals.deal import Deal
from homeground.deals.evidence import Answer, Item, Question, Setting
from homeground.errors import BadInput, NotInHome, listing, message
from homeground.policy.cases import typed_case
from homeground.policy.judging import Judgement, facts_of, judge, stricter
from homeground.policy.model import Law, Verdict, strictness
from homeground.policy.nodes import Value
from homeground.policy.signing import Signature, signatures

NO_MODULE: Final = "no evidence that is loaded tells it; it may be stated under [facts]"


@dataclass(frozen=True)
class Proposal:
    """A counter-proposal that passes: what it is, in words, with the verdict it was judged to have.

    `settings` are the offers it consists of, each judged with the others in place.
    """

    kind: str
    words: str
    settings: tuple[Setting, ...]
    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> Verdict:
        """The strictest verdict of its parts; allow where nothing is left to buy."""
        return max((each.verdict for each in self.judgements), key=strictness, default="allow")


@dataclass(frozen=True)
class Review:
    """A deal's judgement with all its evidence. `proposals` were judged as they stand; `tried` kinds gave none."""

    setting: Setting
    law: Law
    judgement: Judgement
    answers: tuple[Answer, ...]
    proposals: tuple[Proposal, ...]
    tried: tuple[str, ...]

    @property
    def deal(self) -> Deal:
        """The deal that was reviewed."""
        return self.setting.deal

    @property
    def verdict(self) -> Verdict:
        """The outcome."""
        return self.judgement.verdict

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every fact by its name, known or not."""
        return {item.name: item for answer in self.answers for item in answer.items}

    @cached_property
    def unknown(self) -> dict[str, str]:
        """What was not known, with the reason; what the rules waited for stands first."""
        waited = {name: why_unknown(self.items, name) for name in self.judgement.unknown}
        others = {name: item.why for name, item in self.items.items() if item.value is None and item.why}
        given = {name for question in evidence.questions() for name in question.gives}
        unasked = {n: NO_MODULE for n in self.law.book.facts if n not in given and n not in self.deal.facts}
        return {**waited, **{k: v for k, v in {**others, **unasked}.items() if k not in waited}}

    @cached_property
    def signatures(self) -> tuple[Signature, ...]:
        """The signatures that a decision needs; none where the book names nobody (see `policy.signatures`)."""
        deal, fired = self.deal, [firing.rule.id for firing in self.judgement.fired]
        case: dict[str, Value] = {"direction": deal.direction, "hs6": deal.hs6, "partner": deal.partner}
        try:
            return signatures(self.law, {**case, "deal_value_usd": self.setting.offer.usd}, self.verdict, fired)
        except NotInHome:
            return ()

    def value(self, name: str) -> Value:
        """Return the value of a fact; None where it is not known."""
        item = self.items.get(name)
        return item.value if item else None


class Court:
    """The law of a deal's day, ready to judge offers again and again with only the evidence that it asks for."""

    def __init__(self, law: Law, given: Collection[str] = ()) -> None:
        self.law = law
        self._rules = list(law.rules)
        self._giving = evidence.giving()
        scope = ("direction", "hs6", "partner", "deal_value_usd")
        self.wanted = frozenset({*facts_of(law), *scope, *given})

    def judge(self, setting: Setting) -> Judgement:
        """Judge an offer on the facts that the law asks about."""
        return self.of(setting, evidence.gather(setting, self.wanted))

    def passes(self, setting: Setting, most: Verdict) -> bool:
        """Whether the outcome of an offer is no stricter than `most`, from as little evidence as tells it.

        The rule that stopped an offer is the first that the next is held against.
        """
        stopped = stricter(self.law, _Asked(setting, self.law, self._giving), most, self._rules)
        if stopped is not None:
            self._rules.remove(stopped)
            self._rules.insert(0, stopped)
        return stopped is None

    def of(self, setting: Setting, answers: Iterable[Answer]) -> Judgement:
        """Judge an offer on evidence that was gathered."""
        return judge(self.law, case_of(setting.deal, answers, self.law))


class _Asked:
    """The case of an offer, of which a fact is found out when it is asked for (see `case_of`)."""

    def __init__(self, setting: Setting, law: Law, giving: Mapping[str, Question]) -> None:
        self.setting, self.facts, self.giving = setting, law.book.facts, giving
        self._case: dict[str, Value] = {}
        self._questions: set[str] = set()

    def __call__(self, name: str) -> Value:
        question = self.giving.get(name)
        if question is not None and question.id not in self._questions:
            self._questions.add(question.id)
            if question.applies(self.setting.deal):
                found = question.answer(self.setting).items
                self._case |= {item.name: item.value for item in found}
        value = self._case[name] if name in self._case else self.setting.deal.facts.get(name)
        return typed_case({name: value}, self.facts, "the evidence").get(name)


def review(setting: Setting, law: Law, *, proposals: bool = True) -> Review:
    """Review an offer under the law of its day; raises BadInput for facts that are not the officer's to state."""
    require_stated(setting.deal, law)
    answers = evidence.gather(setting)
    found = Review(setting, law, Court(law).of(setting, answers), answers, (), ())
    return with_proposals(found) if proposals else found


def with_proposals(found: Review) -> Review:
    """Look for what would make a review's offer pass, with the offers beside it in place as they are."""
    from homeground.deals import passing

    made, tried = passing.search(found.setting, Court(found.law), found.judgement)
    return replace(found, proposals=made, tried=tried)


def case_of(deal: Deal, answers: Iterable[Answer], law: Law) -> dict[str, Value]:
    """Build the case that rules judge: what evidence knows, and stated facts that no evidence gives."""
    facts = law.book.facts
    known = {name: value for name, value in deal.facts.items() if name in facts}
    found = {item.name: item.value for answer in answers for item in answer.items if item.name in facts}
    case: dict[str, Value] = {**known, **found}
    return typed_case({k: v for k, v in case.items() if v is not None}, facts, "the evidence")


def require_stated(deal: Deal, law: Law) -> None:
    """Raise BadInput unless every stated fact is known to the book, of its type, and the officer's to state."""
    given = {name for question in evidence.questions() for name in question.gives}
    free = {name for question in evidence.questions() for name in question.may_be_stated}
    taken = sorted(name for name in deal.facts if name in given - free)
    if taken:
        what, expected = "the evidence tells this, and nobody states it", listing(sorted(free), 20)
        do = "leave it out, or load what tells it"
        raise BadInput(message(what, where="[facts]", found=listing(taken), expected=expected, do=do))
    typed_case(deal.facts, law.book.facts, "[facts]")


def why_unknown(items: Mapping[str, Item], name: str) -> str:
    """Say why a fact is not known."""
    item = items.get(name)
    return (item.why if item else "") or NO_MODULE


def document(review: Review) -> dict[str, Any]:
    """Return a review as plain data: the snapshot that the record keeps, and the JSON of the command."""
    found = review.judgement
    return {
        "deal": review.deal.document(),
        "price_usd_t": review.setting.offer.usd_per_t,
        "value_usd": review.setting.offer.usd,
        "beside": [offer.deal.document() for offer in review.setting.beside],
        "verdict": found.verdict,
        "strictest_possible": found.strictest_possible,
        "day": found.day.isoformat(),
        "policy": {"title": review.law.book.title, "version": found.version},
        "roles": list(found.roles),
        "signatures": found.signatures,
        "signed_by": [{"rule": s.rule, "roles": list(s.roles), "legal": s.legal} for s in review.signatures],
        "rules": [_firing(review, firing) for firing in found.fired],
        "open": [{**_firing(review, firing), "missing": list(firing.missing)} for firing in found.open],
        "passed": list(found.passed),
        "out_of_scope": list(found.out_of_scope),
        "not_in_force": list(found.not_in_force),
        "unknown": review.unknown,
        "evidence": [_answer(answer) for answer in review.answers],
        "would_pass": [
            {"kind": p.kind, "words": p.words, "verdict": p.verdict, "deals": [s.deal.document() for s in p.settings]}
            for p in review.proposals
        ],
        "tried_without_result": list(review.tried),
    }


def _firing(review: Review, firing: Any) -> dict[str, Any]:
    rule = firing.rule
    span = {part.id: str(part.span) for part in review.law.book.parts if part.span.covers(review.law.day)}
    return {
        "id": rule.id,
        "title": rule.title,
        "legal": rule.legal,
        "verdict": rule.verdict,
        "role": rule.role,
        "reason": firing.reason,
        "in_force": span.get(rule.id) or span.get(rule.id.split("/")[0], ""),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "words": list(answer.words),
        "facts": [
            {"name": i.name, "value": list(i.value) if isinstance(i.value, tuple) else i.value, "source": i.source}
            | {"vintage": i.vintage, "why": i.why if i.value is None else ""}
            for i in answer.items
        ],
    }
