"""Who is asking: App JWTs checked against the key pair made at start, and installation tokens."""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.types import Options

from app.sandbox.permissions import Permissions
from app.sandbox.refusals import Refused, bad_credentials

TOKEN_SECONDS = 3600
# docs.github.com, "Generating a JSON Web Token for a GitHub App": exp is at most ten minutes ahead.
_JWT_SECONDS = 600
_CLOCK_DRIFT = 60
# Issuer and issue time are checked here, in the words GitHub uses.
_OPTIONS: Options = {"require": ["iat", "exp", "iss"], "verify_iat": False, "verify_iss": False, "verify_aud": False}


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token; `repositories` holds ids, None for all of the installation."""

    text: str
    permissions: Permissions
    repositories: frozenset[int] | None
    expires: float

    def expires_at(self) -> str:
        return datetime.fromtimestamp(self.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Credentials:
    """The App's key pair, client id and webhook secret, and every token given out."""

    def __init__(self, app_id: int) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.app_id = app_id
        self.client_id = f"Iv1.{secrets.token_hex(8)}"
        self.webhook_secret = secrets.token_hex(20)
        self.private_key = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        ).decode()
        self._public = key.public_key()
        self._tokens: dict[str, Token] = {}

    def mint(self, permissions: Permissions, repositories: frozenset[int] | None) -> Token:
        """A new installation token, valid for an hour."""
        expires = time.time() + TOKEN_SECONDS
        token = Token(_token_text(self.app_id, expires), permissions, repositories, expires)
        self._tokens[token.text] = token
        return token

    def revoke(self, text: str) -> None:
        self._tokens.pop(text, None)

    def revoke_all(self) -> None:
        """Every token given out so far answers 401 from now on."""
        self._tokens.clear()

    def token(self, text: str) -> Token:
        """The live token of that text, or 401."""
        found = self._tokens.get(text)
        if found is None or found.expires <= time.time():
            raise bad_credentials()
        return found

    def check_jwt(self, text: str) -> None:
        """401 in GitHub's words unless the text is a fresh RS256 JWT of this App."""
        try:
            claims = jwt.decode(text, self._public, algorithms=["RS256"], options=_OPTIONS)
        except jwt.ExpiredSignatureError as error:
            raise Refused(
                401,
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at "
                "which the assertion expires",
            ) from error
        except jwt.PyJWTError as error:
            raise Refused(401, "A JSON web token could not be decoded") from error
        self._check_claims(claims)

    def _check_claims(self, claims: dict[str, Any]) -> None:
        if str(claims["iss"]) not in (str(self.app_id), self.client_id):
            raise Refused(401, "'Issuer' claim ('iss') must be an Integer")
        if not isinstance(claims["iat"], int | float) or claims["iat"] > time.time() + _CLOCK_DRIFT:
            raise Refused(
                401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
            )
        if claims["exp"] > time.time() + _JWT_SECONDS + _CLOCK_DRIFT:
            raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")


def bearer(header: str) -> str:
    """The credential in an Authorization header of the REST API (`Bearer x` or `token x`); 401 without one."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() not in ("bearer", "token") or not text.strip():
        raise Refused(401, "Requires authentication")
    return text.strip()


def basic_password(header: str) -> str | None:
    """The password in a Basic Authorization header (git sends tokens that way), or None."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(text.strip(), validate=True).decode().partition(":")[2] or None
    except ValueError:
        return None


def _token_text(app_id: int, expires: float) -> str:
    """The dotted form of about 500 characters that GitHub gives out since April 2026 (`ghs_APPID_JWT`)."""
    head = _segment(json.dumps({"alg": "none", "typ": "sandbox"}).encode())
    body = _segment(json.dumps({"exp": int(expires), "jti": secrets.token_hex(96)}).encode())
    return f"ghs_{app_id}_{head}.{body}.{_segment(secrets.token_bytes(96))}"


def _segment(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
