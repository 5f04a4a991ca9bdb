"""A review in an official's words: the verdict first, then each fact with its limit, what is not known, what passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from homeground.brief.answer import money, tons
from homeground.codes import countries
from homeground.deals.evidence import Answer
from homeground.deals.market import Market
from homeground.deals.passing import per_ton
from homeground.deals.verdict import Review
from homeground.errors import listing
from homeground.policy.judging import Firing
from homeground.policy.model import strictness
from homeground.policy.templates import shown

CONTROLS: Final = ("names", "embargo", "classification")
SHORT: Final = {
    "name_hits": "names on sanctions lists",
    "list_age_days": "age of the sanctions lists",
    "embargoed": "embargoes",
    "needs_classification": "whether the good needs classification",
    "home_stock_days": "stock cover",
    "home_need_t": "need at home",
    "home_production_t": "production at home",
    "home_balance_after_t": "balance at home after the deal",
    "look_through_share": "look-through exposure",
    "our_dependence_on_partner": "share of the partner in all our imports",
    "partner_dependence_on_us": "share of the partner's sales that goes to us",
    "currency_left_usd": "currency left in the plan",
    "supplier_share_after": "supplier share after the deal",
    "herfindahl_after": "Herfindahl after the deal",
    "price_percentile": "place of the price among comparable flows",
    "price_usd_t": "price free on board",
    "deal_value_usd": "value of the deal",
    "presets_flagged": "dependence by published rules",
    "home_substitute_t": "what own goods could replace",
    "home_substitute_share": "the part that own goods could replace",
    "home_substitute_currency_saved_usd": "currency that own goods would save",
    "home_substitute_drc": "what own goods would cost (DRC)",
    "currency_shadow_price": "worth of currency to the plan",
    "currency_cost_home": "cost of the deal at the plan's price",
    "currency_needs_lost": "needs that its currency would meet",
    "face_value_share": "face-value exposure",
}
TRIED: Final = {
    "quantity": "less of it", "home substitute": "own goods", "others": "other partners", "split": "two partners",
    "price": "another price",
}  # fmt: skip
"""Ways to a counter-proposal, as they are said where they led to none."""
SELDOM: Final = frozenset(
    {"origin", "days_to_delivery", "end_use", "classified", "name_score"}
    | {"home_substitute_share", "home_substitute_currency_saved_usd", "home_substitute_drc"}
    | {"currency_cost_home", "currency_needs_lost", "face_value_share"}
)
"""Facts of which it is said that they are not known only where a rule waits for them."""

PASSING: Final = "It would pass"
BETTER: Final = "Without caution"
"""Headings of what would pass, and of what would be allowed in the place of a deal that passes with caution."""

Line = tuple[str, str]


def head(review: Review) -> str:
    """The verdict, to whom it refers, and the rules that make it."""
    found = review.judgement
    to = f" to the {listing(found.roles)}" if found.verdict == "refer" and found.roles else ""
    two = f", {found.signatures} signatures" if found.signatures > 1 else ""
    deciding = [firing for firing in found.fired if firing.rule.verdict == found.verdict]
    waiting = [firing for firing in found.open if strictness(firing.rule.verdict) > strictness("caution")]
    if found.verdict == "insufficient data":
        why = f"{_named(waiting)} cannot be decided; not known: {listing((short(n) for n in found.unknown), 6)}"
    elif found.verdict == "allow":
        why = "no rule in force stands against it"
    else:
        why = _named([*deciding, *(f for f in found.open if f.rule.verdict == found.verdict)], review)
    return f"{found.verdict.upper()}{to}{two}: policy “{review.law.book.title}”, {why}"


def lines(review: Review) -> list[Line]:
    """All lines below the verdict, each with its heading."""
    by_id = {answer.question: answer for answer in review.answers}
    known = {"terms": _offer, "supply": _supply, "price": _price, "dependence": _plain, "leverage": _leverage}
    known |= {"currency": _currency, "needs": _needs}
    found = [("Offer", _offer(review, by_id["terms"]))]
    for name, answer in by_id.items():
        if name == "terms" or name in CONTROLS:
            continue
        found.append((answer.heading, known.get(name, _plain)(review, answer)))
    found.append(("Controls", _controls(by_id)))
    found += [*_rules(review), *_not_known(review), *_not_in_force(review), *_passing(review)]
    found.append(("Signed by", _signed_by(review)))
    found.append(("Rests on", _rests_on(review)))
    return [(label, text) for label, text in found if text]


def passing(verdict: str) -> str:
    """The heading of the counter-proposals to a deal of this verdict; one that is cautioned passes as it is."""
    return BETTER if verdict == "caution" else PASSING


def _signed_by(review: Review) -> str:
    """Whose signatures a decision needs, each with the rule that asks for it."""
    if not review.law.book.signing:
        return ""
    needed = [f"{' or '.join(each.roles)} ({each.rule})" for each in review.signatures]
    return ", ".join(needed) or "nobody: the policy of this day names nobody who may sign"


def _named(firings: list[Firing], review: Review | None = None) -> str:
    texts = [f"{f.rule.id} ({f.rule.title[:1].lower()}{f.rule.title[1:]})" for f in firings]
    since = _in_force(review, firings[0]) if review and len(firings) == 1 else ""
    return f"rule{'s' if len(texts) > 1 else ''} {listing(texts, 4)}{since}"


def _in_force(review: Review, firing: Firing) -> str:
    identity = firing.rule.id.split("/")[0]
    part = next(
        (p for p in review.law.book.parts if p.id in (firing.rule.id, identity) and p.span.covers(review.law.day)), None
    )
    return f", in force {part.span}".replace("from ", "since ") if part else ""


def _offer(review: Review, answer: Answer) -> str:
    deal, offer = review.deal, review.setting.offer
    market = review.setting.tables.market(deal)
    name = market.name if isinstance(market, Market) else f"HS {deal.hs6}"
    way = "from" if deal.direction == "import" else "to"
    text = f"{deal.day}: {_tons(offer.tons)} of {name} ({deal.hs6}) {way} {countries.spoken(deal.partner)}"
    if offer.usd_per_t is None:
        return text
    stated = deal.price is not None and (deal.currency != "USD" or deal.incoterm not in ("FOB", "FAS", "FCA"))
    was = f" ({per_ton(deal.price or 0)} {deal.currency}/t {deal.incoterm}; {'; '.join(offer.steps)})" if stated else ""
    return f"{text} at {per_ton(offer.usd_per_t)} USD/t free on board{was}: {money(offer.usd or 0)} USD"


def _supply(review: Review, answer: Answer) -> str:
    before, after = (answer.value(f"supplier_share_{when}") for when in ("before", "after"))
    if not isinstance(before, float):
        return ""
    deal, vintage = review.deal, answer.items[0].vintage
    text = f"{shown(before, 'share')} → {shown(after, 'share')} of the imports of {countries.spoken(deal.country)}"
    text += f" come from {countries.spoken(deal.partner)} ({vintage}){_limit(review, 'supplier_share_after', 'share')}"
    index = answer.value("herfindahl_before"), answer.value("herfindahl_after")
    return f"{text}; Herfindahl {shown(index[0], 'index')} → {shown(index[1], 'index')}" + _limit(
        review, "herfindahl_after", "index"
    )


def _limit(review: Review, fact: str, unit: str) -> str:
    """The parameters that rules in force hold a fact against."""
    from homeground.policy.nodes import Name, walk

    compared: list[str] = []
    for rule in review.law.book.rules:
        in_reach = rule.id not in review.judgement.out_of_scope and rule.span.covers(review.law.day)
        if not in_reach:
            continue
        for node in walk(rule.when):
            sides = {side.name for s in ("left", "right") if isinstance(side := getattr(node, s, None), Name)}
            if fact in sides:
                compared += [name for name in sides if name in review.law.parameters]
    values = [shown(review.law.parameters[name].value, unit) for name in dict.fromkeys(compared)]
    return f" (limit {', '.join(values)})" if values else ""


def _price(review: Review, answer: Answer) -> str:
    price = review.setting.offer.usd_per_t
    median, q1, q3 = (answer.value(f"price_{n}_usd_t") for n in ("median", "lower_quartile", "upper_quartile"))
    if price is None or not (isinstance(median, float) and isinstance(q1, float) and isinstance(q3, float)):
        return ""
    count = answer.value("comparable_flows")
    text = f"{per_ton(price)} USD/t is {_band(price, q1, q3)} of the world's flows"
    text += f" ({q1:,.0f} to {q3:,.0f}; median {median:,.0f}, n = {count:,.0f})"
    over, whose = answer.value("overpayment_usd"), "the world's median"
    own, own_q3 = answer.value("own_price_median_usd_t"), answer.value("own_price_upper_quartile_usd_t")
    if isinstance(own, float) and isinstance(own_q3, float):
        side = "above" if price > own_q3 else "not above"
        text += f", and {side} the upper quartile of our own purchases ({own_q3:,.0f}; median {own:,.0f})"
        over, whose = answer.value("own_overpayment_usd"), "our own median"
    if isinstance(over, float):
        text += f": {money(abs(over))} USD {'over' if over > 0 else 'below'} {whose} for this quantity"
    return "; ".join([text, *answer.words])


def _band(price: float, q1: float, q3: float) -> str:
    if price > q3:
        return "above the upper quartile"
    return "below the lower quartile" if price < q1 else "within the quartiles"


def _leverage(review: Review, answer: Answer) -> str:
    if answer.words:
        return "; ".join(answer.words)
    deal = review.deal
    theirs, ours = (answer.value(name) for name in ("partner_dependence_on_us", "our_dependence_on_partner"))
    product = review.value("supplier_share_before")
    parts = []
    if isinstance(theirs, float):
        parts.append(f"{shown(theirs, 'share')} of what {countries.spoken(deal.partner)} exports of it comes to us")
    if isinstance(product, float):
        parts.append(f"{shown(product, 'share')} of what we import of it comes from there")
    if isinstance(ours, float):
        parts.append(f"{shown(ours, 'share')} of all our imports come from there")
    return "; ".join(parts)


def _currency(review: Review, answer: Answer) -> str:
    plan, spent, left = (answer.value(n) for n in ("currency_plan_usd", "currency_tier_spent_usd", "currency_left_usd"))
    if not isinstance(plan, float | int):
        return ""
    text = f"plan {money(plan)} USD"
    text += (
        f"; given to priority {answer.value('currency_tier'):g}: {money(spent)} USD"
        if isinstance(spent, float | int)
        else ""
    )
    return text + (f"; left after the deal: {money(left)} USD" if isinstance(left, float | int) else "")


def _needs(review: Review, answer: Answer) -> str:
    words = {"home_production_t": "made at home", "home_need_t": "needed"}
    parts = [
        f"{_tons(i.value)} {words[i.name]} ({i.source}, {i.vintage})"
        for i in answer.items
        if i.name in words and isinstance(i.value, float | int)
    ]
    balance, days = answer.value("home_balance_after_t"), answer.value("home_stock_days")
    if isinstance(balance, float | int):
        parts.append(f"{_tons(abs(balance))} {'left' if balance >= 0 else 'short'} after the deal")
    return "; ".join([*parts, *([f"stocks for {days:,.0f} days"] if isinstance(days, float | int) else [])])


def _plain(review: Review, answer: Answer) -> str:
    if answer.words:
        return "; ".join(answer.words)
    units = review.law.book.units
    known = [item for item in answer.items if item.value is not None]
    return "; ".join(
        f"{short(i.name)} {shown(i.value, units.get(i.name, ''))} ({i.source}, {i.vintage})" for i in known
    )


def _controls(by_id: dict[str, Answer]) -> str:
    parts = []
    for name in CONTROLS:
        if answer := by_id.get(name):
            parts += [f"{answer.heading.lower()}: {word}" for word in answer.words]
    return "; ".join(parts)


def _rules(review: Review) -> Iterator[Line]:
    for firing in review.judgement.fired:
        yield "Rule", f"{firing.rule.id} {firing.rule.verdict}: {firing.reason} ({firing.rule.legal})"
    for firing in review.judgement.open:
        missing = listing((short(name) for name in firing.missing), 6)
        yield "May hold", f"{firing.rule.id} {firing.rule.verdict}: {firing.rule.title}; not known: {missing}"


def _not_known(review: Review) -> Iterator[Line]:
    waited = set(review.judgement.unknown)
    groups: dict[str, list[str]] = {}
    for name, why in review.unknown.items():
        if name in waited or (name in SHORT and name not in SELDOM):
            groups.setdefault(why, []).append(short(name))
    if groups:
        yield "Not known", "; ".join(f"{listing(names, 8)} ({why})" for why, names in groups.items())


def _not_in_force(review: Review) -> Iterator[Line]:
    if review.judgement.not_in_force:
        yield "Not in force", f"on {review.law.day}: {listing(review.judgement.not_in_force, 6)}"


def _passing(review: Review) -> Iterator[Line]:
    if review.verdict == "allow":
        return
    remarks = [p.words for p in review.proposals if p.kind == "price remark"]
    real = [p for p in review.proposals if p.kind != "price remark"]
    texts = [p.words for p in real if p.kind != "others"]
    if others := [p.words for p in real if p.kind == "others"]:
        texts.insert(1 if texts and real[0].kind == "quantity" else 0, listing(others, 9))
    if not texts:
        tried = listing((TRIED.get(kind, kind) for kind in review.tried), 9)
        texts = [f"nothing that was tried would{' do' if review.verdict == 'caution' else ''}: {tried}"]
        if review.verdict == "insufficient data":
            texts = [f"nothing before this is known: {listing(map(short, review.judgement.unknown), 6)}"]
    if others:
        remarks.append("others at the price offered; who they are has still to be named and screened")
    if others and not review.setting.tables.bars("*", "*", review.deal.hs6, review.deal.day).loaded:
        remarks.append("no restrictions are loaded: whether a measure bars the others is not known")
    yield passing(review.verdict), "; ".join([" · or ".join(texts), *remarks])


def _rests_on(review: Review) -> str:
    market = review.setting.tables.market(review.deal)
    trade = (
        f"trade of {market.source}{_age(review, market)}" if isinstance(market, Market) else "no trade of this product"
    )
    return f"{trade}; policy version {review.judgement.version[:12]}; law of {review.law.day}"


def _age(review: Review, market: Market) -> str:
    years = review.deal.day.year - market.year
    return f" ({years} year{'s' if years > 1 else ''} before the deal)" if years > 0 else ""


def short(name: str) -> str:
    """Return what a fact is called in a line."""
    return SHORT.get(name, name.replace("_", " "))


def _tons(value: object) -> str:
    return tons(float(value)) if isinstance(value, float | int) else str(value)
