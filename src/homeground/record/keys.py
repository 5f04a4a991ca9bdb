"""The key that signs checkpoints (Ed25519): a file of its own, readable by its owner alone, never in the database."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from homeground.errors import BadInput, NotInHome, message
from homeground.record.audit import checkpoint_message
from homeground.record.entries import stamp

VARIABLE: Final = "HOMEGROUND_RECORD_KEY"
PUBLIC_SUFFIX: Final = ".public.pem"


def default_path() -> Path:
    """Return where the private key lives: what HOMEGROUND_RECORD_KEY names, else the user's configuration."""
    named = os.environ.get(VARIABLE)
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Path(named) if named else config / "homeground" / "record-key.pem"


def public_path(private: Path) -> Path:
    """Return where the public half lies beside a private key."""
    return private.with_name(private.name.removesuffix(".pem") + PUBLIC_SUFFIX)


def make(path: Path) -> Path:
    """Make a new pair of keys; the private file is for its owner alone. Return the public file. Never overwrites."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = public_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_new(path, private, 0o600)
        _write_new(public, pem(raw(key.public_key())).encode("ascii"), 0o644)
    except FileExistsError as error:
        do = "keep it, or name another file with --key; an old key stays needed to check what it signed"
        raise BadInput(message("there is a key already", where=str(error.filename), do=do)) from error
    except OSError as error:
        do = "name another file with --key"
        raise BadInput(message("the key could not be written", where=str(path), found=error.strerror, do=do)) from error
    return public


def load(path: Path) -> Ed25519PrivateKey:
    """Read a private key; raises BadInput where others could read it too, or it is no Ed25519 key."""
    if not path.is_file():
        do = "make one with 'homeground record key', or name it with --key"
        raise NotInHome(message("there is no key to sign with", where=str(path), do=do))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        do = f"chmod 600 {path}, and think of who may have read it"
        raise BadInput(
            message("others may read the private key", where=str(path), found=f"{mode:04o}", expected="0600", do=do)
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise _no_key(path, str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, type(key).__name__)
    return key


def load_public(path: Path) -> tuple[bytes, ...]:
    """Read the public keys of a PEM file, 32 bytes each; raises BadInput where one is no Ed25519 key."""
    end = "-----END PUBLIC KEY-----"
    try:
        texts = [part + end for part in path.read_text(encoding="ascii").split(end) if "BEGIN" in part]
        keys = [serialization.load_pem_public_key(text.strip().encode()) for text in texts]
    except OSError as error:
        do = "name the file of the public key"
        raise NotInHome(
            message("the public key cannot be read", where=str(path), found=error.strerror, do=do)
        ) from error
    except ValueError as error:
        raise _no_key(path, "nothing that can be read as one") from error
    for key in keys:
        if not isinstance(key, Ed25519PublicKey):
            raise _no_key(path, type(key).__name__)
    if not keys:
        raise _no_key(path, "no public key in it")
    return tuple(raw(key) for key in keys if isinstance(key, Ed25519PublicKey))


def sign(key: Ed25519PrivateKey, number: int, digest: str, time: datetime) -> dict[str, Any]:
    """Return a checkpoint: entry, hash, time, public key and signature, the last two in hexadecimal."""
    signature = key.sign(checkpoint_message(number, digest, stamp(time)))
    return {
        "entry": number,
        "hash": digest,
        "time": stamp(time),
        "key": raw(key.public_key()).hex(),
        "signature": signature.hex(),
    }


def verifies(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether a signature over a text was made with the private half of a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def raw(key: Ed25519PublicKey) -> bytes:
    """Return the 32 bytes of a public key."""
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def pem(public: bytes) -> str:
    """Write a public key as PEM."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _write_new(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _no_key(path: Path, found: str) -> BadInput:
    do = "name a file that 'homeground record key' made"
    return BadInput(message("not an Ed25519 key in PEM", where=str(path), found=found, do=do))
