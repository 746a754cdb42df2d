"""Passwords and one-time codes of accounts: made, and compared. No I/O."""

import hmac
from base64 import b32encode
from datetime import datetime
from functools import cache
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
"""Characters of a password."""
_LONGEST = 1000
_STEP_S = 30
_CODE_BYTES = 20
_HASHER = PasswordHasher()


def hashed_password(password: str) -> str:
    """Return the hash (argon2id) to keep. Takes a tenth of a second and 64 MB, as it should."""
    return _HASHER.hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Return whether this is the password; None takes as long as an account that is there."""
    if len(password) > _LONGEST:
        return False
    try:
        return _HASHER.verify(kept or _of_no_account(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def step_of(key: bytes, code: str, now: datetime) -> int | None:
    """Return the half minute whose code this is, the one before or after included; else None."""
    typed = "".join(each for each in code if each.isascii() and each.isdigit())
    maker, step = pyotp.TOTP(code_secret(key)), int(now.timestamp()) // _STEP_S
    fitting = [
        near
        for near in (step - 1, step, step + 1)
        if hmac.compare_digest(maker.generate_otp(near), typed)
    ]
    return fitting[-1] if fitting else None


def code_secret(key: bytes) -> str:
    """Return the secret that an authenticator is given, in base32."""
    return b32encode(hmac.new(key, b"one-time codes", sha256).digest()[:_CODE_BYTES]).decode()


def enrolment(key: bytes, tenant: str, person: str) -> str:
    """Return the address that an authenticator reads: otpauth://totp/..."""
    return pyotp.TOTP(code_secret(key)).provisioning_uri(
        name=f"{tenant}/{person}", issuer_name="Sanban"
    )


@cache
def _of_no_account() -> str:
    return hashed_password("of no account")
