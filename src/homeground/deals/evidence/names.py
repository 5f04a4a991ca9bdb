"""Whether a party of the deal resembles a name on a sanctions list; without a list nothing is known."""

from __future__ import annotations

from homeground.deals.evidence import Answer, Item, Question, Setting, unknown

GIVES = ("name_hits", "name_score", "list_age_days")


def _answer(setting: Setting) -> Answer:
    deal = setting.deal
    parties = {"seller": deal.seller, "buyer": deal.buyer, "vessel": deal.vessel}
    named = {role: name for role, name in parties.items() if name}
    if not named and not deal.seller_open:
        return Answer("names", "Names", unknown(GIVES, "the deal names no seller, buyer or vessel"))
    found = {role: setting.tables.screen(name, deal.day) for role, name in (named or {"seller": "-"}).items()}
    lists = next(iter(found.values())).lists
    if not lists:
        return Answer("names", "Names", unknown(GIVES, "no sanctions list is loaded"))
    hits = [(role, hit) for role, screening in found.items() for hit in screening.hits] if named else []
    unread = [role for role, s in found.items() if named and s.status == "insufficient data"]
    ages = [state.age_days for state in lists if state.age_days is not None]
    source = ", ".join(state.list for state in lists)
    score = max((hit.score for _, hit in hits), default=0.0)
    why = f"{unread[0]}: {found[unread[0]].notes[0]}" if unread else ""
    waits = bool(unread) and not hits  # hits of one party stand, whatever is not known of another
    items = (
        Item("name_hits", None if waits else float(len(hits)), source, str(deal.day), why),
        Item("name_score", None if waits else min(1.0, score), source, str(deal.day), why),
        Item("list_age_days", float(max(ages)) if ages else None, source, str(deal.day), "no list states its age"),
    )
    oldest = f"oldest {max(ages)} days" if ages else "age not known"
    words = [
        f"{role}: {hit.listed.name} ({hit.listed.list} {hit.listed.entry_id}, {hit.score:.2f})"
        for role, hit in hits[:5]
    ]
    if unread:
        words.append(why)
    held = f"{len(lists)} list{'s' if len(lists) > 1 else ''} ({oldest})"
    if named and not words:
        words = [f"no match in {held}"]
    if deal.seller_open:
        words.append("the other party has still to be named and screened" + ("" if named else f" against {held}"))
    return Answer("names", "Names", items, tuple(words))


QUESTION = Question("names", "Does a name stand on a list?", "Names", GIVES, _answer, order=70)
