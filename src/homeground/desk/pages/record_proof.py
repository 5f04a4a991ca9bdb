"""Proof that nobody altered the record: checkpoints to keep elsewhere, verification, and the auditor's bundle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeground.brief.deals import record_tables
from homeground.desk.pages import Asked, Asking, Done, Upload, act, field
from homeground.desk.work.jobs import Outcome, Work, job
from homeground.errors import BadInput, message
from homeground.home import record as records
from homeground.record import Ledger, keys, papers
from homeground.record.verify import checkpoint_text, read_checkpoint

if TYPE_CHECKING:
    from homeground.desk.web.forms import Form

AUDITORS: Any = ("auditor", "admin")
MOST_BYTES = 100_000


class Held(Asked):
    """What whoever verifies holds of their own."""

    checkpoint: list[Upload] = field(
        "Checkpoints that you kept", default_factory=list, max_length=50, endings=(".json",),
        help="They show that nothing they cover was cut off or made anew.",
    )  # fmt: skip
    public_key: Upload | None = field(
        "Public key that you kept", None, endings=(".pem",),
        help="Without it the key is taken from the record itself, which proves less.",
    )  # fmt: skip


def offered(asking: Asking) -> tuple[Form, ...]:
    """The forms of this module, for those who may use them."""
    if not asking.may(AUDITORS):
        return ()
    signs = asking.text("A signature over all entries so far. Kept elsewhere, it shows later that none was changed.")
    checks = asking.text("Every entry, signature and paper is checked.")
    takes = asking.text("A zip that an auditor verifies without this desk.")
    return (
        asking.form(checkpoint, about=signs), asking.form(verify, about=checks), asking.form(export, about=takes)
    )  # fmt: skip


@act("/record/checkpoint", title="Sign a checkpoint", purpose="record", needs=AUDITORS)
def checkpoint(asking: Asking) -> Done:
    """Sign the last entry, and thereby all before it, with this desk's key; the first time the key is made."""
    private = keys.default_path()
    if not private.exists():
        keys.make(private)
    signed = asking.ledger.checkpoint(keys.load(private))
    said = asking.text(
        "Signed up to entry %(entry)s. Keep the checkpoint and the public key where nobody who writes the record "
        "can change them.",
        entry=signed["entry"],
    )
    return Done(f"/record/{signed['entry'] + 1}", said, signed)


@act("/record/verify", title="Verify the record", purpose="record", needs=AUDITORS, submit="Verify", enters="none")
def verify(asking: Asking, held: Held) -> Done:
    """Start a verification of the whole record; it leaves no entry, since a broken record takes none."""
    kept = [read_checkpoint(papers.text(_small(each)), each.name) for each in held.checkpoint]
    public = [key.hex() for key in keys.load_public(_small(held.public_key))] if held.public_key else []
    return asking.jobs.begin(asking, "verify", asking.text("Verify the record"), checkpoints=kept, public=public)


@act("/record/export", title="Export the record", purpose="record", needs=AUDITORS, submit="Export")
def export(asking: Asking) -> Done:
    """Start an export of the whole record."""
    return asking.jobs.begin(asking, "export", asking.text("Export the record"))


@job("verify", "Verify the record", needs=AUDITORS)
def verifying(work: Work, checkpoints: list[Mapping[str, Any]], public: list[str]) -> Outcome:
    """Name every altered, removed, swapped or inserted entry."""
    with _opened(work) as ledger:
        verified = ledger.verify([bytes.fromhex(key) for key in public], checkpoints)
        answer = record_tables.verified_answer(ledger, verified)
    return Outcome((answer,), to="/record")


@job("export", "Export the record", needs=AUDITORS)
def exporting(work: Work) -> Outcome:
    """Write the record as a zip that an auditor verifies without this desk."""
    with _opened(work) as ledger:
        entries = ledger.export(work.folder / "record.zip")
    said = f"{entries} entries exported. To verify them: unpack, then python verify.py."
    return Outcome(said=said, files=("record.zip",), to="/record")


def checkpoint_files(said: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The files of a checkpoint that its entry gives: kind → (name, text)."""
    number = said["entry"]
    return {
        "checkpoint": (f"checkpoint-{number}.json", checkpoint_text(said)),
        "key": ("record-key.public.pem", keys.pem(bytes.fromhex(said["key"]))),
    }


def _small(upload: Upload) -> Path:
    if upload.size > MOST_BYTES:
        expected, do = f"at most {MOST_BYTES:,} bytes", "choose the file that was kept"
        found = f"{upload.size:,} bytes"
        raise BadInput(message("this file is too large for what it should be", where=upload.name, found=found,
                               expected=expected, do=do))  # fmt: skip
    return upload.path


def _opened(work: Work) -> Ledger:
    from homeground.desk.database import record_address

    return records.ledger(work.settings.home, record_address(work.settings), False)
