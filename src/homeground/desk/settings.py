"""Where a desk runs and what it may do, as plain values that go from the command to the server's processes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Final

from homeground.errors import UsageError, message

VARIABLE: Final = "HOMEGROUND_DESK"
"""Environment variable by which the server's processes receive their settings."""

SECOND_FACTOR: Final = ("", "required", "optional")

METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable by which the server's processes, if they are several, share their metrics."""

UPLOAD_LIMIT: Final = 512 * 2**20


@dataclass(frozen=True)
class Settings:
    """A desk's settings; empty `database` and `record` are SQLite files in the Home's folder.

    `certificate` and `key` are PEM files for TLS; `behind_proxy` says that a reverse proxy speaks TLS in front. `oidc`
    is a TOML file (see `oidc`). `second_factor` says whether whoever administers with a password needs one: `required`,
    `optional`, or, left empty, as other machines can reach the desk or not. `upload_limit` is in bytes, `scan` a
    command that is given each uploaded file and ends with 0 for a clean one, `readers` how many pages are computed at
    once, `job_days` for how many days what a job brought is kept; of one person, `pace` pages in a minute, and `jobs`
    jobs waiting or at work.
    """

    home: str
    database: str = ""
    record: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    certificate: str = ""
    key: str = ""
    behind_proxy: bool = False
    oidc: str = ""
    second_factor: str = ""
    upload_limit: int = UPLOAD_LIMIT
    scan: str = ""
    readers: int = 4
    jobs: int = 5
    pace: int = 300
    metrics_token: str = ""
    job_days: int = 90

    def __post_init__(self) -> None:
        if self.second_factor not in SECOND_FACTOR:
            what, expected = "no such rule for the second factor", "required or optional"
            do = "choose one, or leave it out"
            raise UsageError(message(what, where="--second-factor", found=self.second_factor, expected=expected, do=do))
        if self.loopback or self.tls or self.behind_proxy:
            return
        do = "give --certificate and --key, or say --behind-proxy where a proxy speaks TLS in front of it"
        expected = "an address of this machine alone, such as 127.0.0.1"
        what = "the desk does not listen to other machines without TLS"
        raise UsageError(message(what, where="--host", found=self.host, expected=expected, do=do))

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the desk."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def factor_needed(self) -> bool:
        """Whether whoever administers with a password needs a second factor."""
        return self.second_factor == "required" or (not self.second_factor and (self.behind_proxy or not self.loopback))

    @property
    def tls(self) -> bool:
        """Whether the desk itself speaks TLS."""
        return bool(self.certificate and self.key)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the desk by https, so that cookies may be kept to it."""
        return self.tls or self.behind_proxy

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the desk."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def hand_over(self) -> None:
        """Put the settings where the server's processes find them."""
        os.environ[VARIABLE] = json.dumps(asdict(self))


def handed_over() -> Settings:
    """Return the settings that the command left for this process."""
    if VARIABLE not in os.environ:
        raise UsageError(message("the desk has no settings", where=VARIABLE, do="start it with 'homeground desk'"))
    return Settings(**json.loads(os.environ[VARIABLE]))
