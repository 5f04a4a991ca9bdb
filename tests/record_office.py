"""A made office with a record: people, qualifications, decisions; its clock ticks one second per act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from homeground.record import Decision, Ledger, Signing

FIRST = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SIGNING = Signing(("officer",), 1_000_000.0, ("deputy minister",), "Trade Act, section 4")
DEAL = {"direction": "import", "partner": "SAU", "quantity_t": 1_000_000, "price_usd_per_t": 520.5}


def ticking(start: datetime = FIRST) -> Callable[[], datetime]:
    now = start

    def clock() -> datetime:
        nonlocal now
        now += timedelta(seconds=1)
        return now

    return clock


def decision(value_usd: float | None = 400_000.0, **changes: object) -> Decision:
    stated: dict[str, object] = {
        "deal": DEAL,
        "product": "270900",
        "value_usd": value_usd,
        "verdict": "allow",
        "rules": (),
        "outcome": "approve",
        "signing": SIGNING,
        **changes,
    }
    return Decision(**stated)  # type: ignore[arg-type]


def staffed(url: str | Path, clock: Callable[[], datetime] | None = None) -> Ledger:
    """A record with two registrars, an officer for crude oil and a deputy minister for all fuels (entries 1 to 6)."""
    ledger = Ledger(url, clock=clock or ticking())
    ledger.add_person("rita", "Rita Rask", ["registrar"], by="rita")
    ledger.add_person("olaf", "Olaf Ode", ["officer", "registrar"], by="rita")
    ledger.add_person("dina", "Dina Dahl", ["deputy minister", "officer"], by="rita")
    ledger.grant("olaf", "officer", ["2709"], "2026-12-31", by="rita", grounds="course of 2026-02")
    ledger.grant("dina", "deputy minister", ["27"], "2026-12-31", by="rita", grounds="office")
    ledger.grant("dina", "officer", ["27"], "2026-12-31", by="rita", grounds="office")
    return ledger


def filled(url: str | Path, decisions: int = 10) -> Ledger:
    """A record of 6 + 3·n entries: decisions on evidence, every one above the limit and countersigned, and notes."""
    ledger = staffed(url)
    for number in range(decisions):
        made = ledger.decide(
            decision(2_000_000.0 + number, rules=("E-3",)),
            by="olaf",
            role="officer",
            evidence={"herfindahl": 0.296 + number / 1000},
            policy=b"Energy 2024-07",
        )
        ledger.countersign(made.number, by="dina", role="deputy minister")
        ledger.note(f"stock cover asked for, no. {number}", by="olaf", role="officer", entry=made.number)
    return ledger
