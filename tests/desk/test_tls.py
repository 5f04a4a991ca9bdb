"""The desk's own TLS: TLS 1.2 or newer, strong ciphers, and nothing else."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

COMMAND = str(Path(sys.executable).with_name("homeground"))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine's own, and its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    paths = (folder / "desk.pem", folder / "desk.key")
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return paths


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of a desk that speaks TLS, and its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    pem, key = certificate(folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    command = [COMMAND, "desk", "--home", str(folder / "home"), "--port", str(port)]
    command += ["--certificate", str(pem), "--key", str(key)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 90
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 5).close()
                break
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        yield port, pem
    finally:
        process.terminate()
        process.wait(30)


def spoken(port: int, pem: Path, version: ssl.TLSVersion, ciphers: str) -> str:
    """The cipher that the desk agrees to with a browser of one version and these ciphers; raises SSLError for none."""
    context = ssl.create_default_context(cafile=str(pem))
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secret,
    ):
        return str((secret.cipher() or ("",))[0])


def test_strong_ciphers_are_spoken(served: tuple[int, Path]) -> None:
    assert spoken(*served, ssl.TLSVersion.TLSv1_2, "ALL:@SECLEVEL=0").startswith("ECDHE-RSA-")
    assert spoken(*served, ssl.TLSVersion.TLSv1_3, "ALL").startswith("TLS_")


@pytest.mark.parametrize("weak", ["ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-SHA", "AES256-GCM-SHA384", "AES128-SHA"])
def test_weak_ciphers_are_not(served: tuple[int, Path], weak: str) -> None:
    with pytest.raises(ssl.SSLError):
        spoken(*served, ssl.TLSVersion.TLSv1_2, f"{weak}:@SECLEVEL=0")


def test_nothing_older_than_tls_1_2_is_spoken(served: tuple[int, Path]) -> None:
    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises((ssl.SSLError, ConnectionResetError)):
        spoken(*served, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0")
