"""Signing in with an identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

The provider is described by a TOML file: `issuer`, `client_id`, `client_secret` (or the environment's
HOMEGROUND_OIDC_SECRET), `redirect` (the desk's address from outside, such as https://desk.example/sign-in/back), and
optionally `scope` and `login_claim` (which claim is the login of an account, `preferred_username` if left out).
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from homeground import toml
from homeground.errors import BadInput, SigningRefused, message

SECRET: Final = "HOMEGROUND_OIDC_SECRET"  # noqa: S105 - the variable's name
ALGORITHMS: Final = ["RS256", "ES256", "PS256", "EdDSA"]
LEEWAY_S: Final = 60
PATIENCE_S: Final = 10.0


@dataclass(frozen=True)
class Beginning:
    """What is kept of a sign-in while the person is at the provider: state, nonce and PKCE's verifier."""

    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True)
class Told:
    """What the provider said of a person: its own name for them, the login of their account, their name."""

    subject: str
    login: str
    name: str


@dataclass(frozen=True)
class Provider:
    """An identity provider."""

    issuer: str
    client_id: str
    client_secret: str
    redirect: str
    scope: str = "openid profile email"
    login_claim: str = "preferred_username"

    def begin(self, to: str) -> tuple[str, Beginning]:
        """Return the provider's address to send a browser to, and what to keep until it comes back."""
        kept = Beginning(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), to)
        digest = hashlib.sha256(kept.verifier.encode("ascii")).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect,
            "scope": self.scope,
            "state": kept.state,
            "nonce": kept.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"),
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(self._metadata()["authorization_endpoint"]).copy_merge_params(asked)), kept

    def finish(self, code: str, state: str, kept: Beginning) -> Told:
        """Exchange the code that the browser came back with; raises SigningRefused if anything is odd."""
        if not code or not secrets.compare_digest(state, kept.state):
            raise _refused("the answer belongs to another attempt")
        metadata = self._metadata()
        try:
            told = self._exchange(code, metadata["token_endpoint"], kept.verifier)
            claims = self._claims(str(told["id_token"]), metadata["jwks_uri"], kept.nonce)
        except (JoseError, httpx.HTTPError, KeyError, ValueError) as error:
            raise _refused(type(error).__name__) from error
        login = str(claims.get(self.login_claim) or claims.get("email") or "")
        return Told(f"{self.issuer}|{claims['sub']}", login.casefold(), str(claims.get("name") or login))

    def _exchange(self, code: str, address: str, verifier: str) -> dict[str, Any]:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": verifier,
        }
        secret = httpx.BasicAuth(self.client_id, self.client_secret)
        found: dict[str, Any] = (
            httpx.post(address, data=sent, auth=secret, timeout=PATIENCE_S).raise_for_status().json()
        )
        return found

    def _metadata(self) -> dict[str, Any]:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found: dict[str, Any] = httpx.get(address, timeout=PATIENCE_S).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            what, do = "the identity provider does not answer", "try again, or sign in with a password"
            raise SigningRefused(message(what, where=self.issuer, found=type(error).__name__, do=do)) from error
        if found.get("issuer") != self.issuer:
            raise _refused(f"issuer {found.get('issuer')}")
        return found

    def _claims(self, token: str, address: str, nonce: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(httpx.get(address, timeout=PATIENCE_S).raise_for_status().json())
        read = jwt.decode(token, keys, algorithms=ALGORITHMS)
        wanted = jwt.JWTClaimsRegistry(
            now=int(time.time()), leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        wanted.validate(read.claims)
        return dict(read.claims)


def read(path: str) -> Provider:
    """Read the provider's file."""
    try:
        stated = toml.loads(Path(path).read_text(encoding="utf-8"))
        secret = os.environ.get(SECRET) or stated.get("client_secret", "")
        wanted = {"issuer", "client_id", "redirect", "scope", "login_claim"}
        return Provider(client_secret=secret, **{key: str(stated[key]) for key in wanted if key in stated})
    except (OSError, TypeError, ValueError) as error:
        expected, do = "issuer, client_id, client_secret, redirect", "correct the file"
        found = str(error).splitlines()[0]
        raise BadInput(
            message("the identity provider's file cannot be read", where=path, found=found, expected=expected, do=do)
        ) from error


def _refused(found: str) -> SigningRefused:
    what, do = (
        "the identity provider's answer cannot be trusted",
        "sign in again; if it stays so, tell an administrator",
    )
    return SigningRefused(message(what, found=found, do=do))
