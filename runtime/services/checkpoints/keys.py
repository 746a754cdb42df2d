"""The keys that sign checkpoints: their files, and how one takes over from another."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.audit.checkpoints import KeyChange, NotACheckpoint
from runtime.problems import Problem
from runtime.settings import Settings
from schemas.audit.keyring import Keyring, keyring
from schemas.audit.signed_notes import Malformed, NoteError, PrivateKey, PublicKey, sign
from store.journal.checkpoints import StoredKey

OWN_KEY = "checkpoints.key"
OWN_PLACE = "checkpoints"


class Contradiction(Exception):
    """What is kept in two places cannot both be true: until a person has looked, sign nothing."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The key that signs, and the key before, where the change from it is not signed yet.

    `old_lost`: the key before is lost, and the new one signs the change alone.
    """

    key: PrivateKey
    old: PrivateKey | None = None
    old_lost: bool = False

    @property
    def origin(self) -> str:
        """Return the name of the journal, which is the name of the key."""
        return self.key.name


def signing_of(settings: Settings, *, new_name: bool = False) -> SigningKeys:
    """Read the keys that the settings name. Raises Problem.

    `new_name`: the key before may be of another origin.
    """
    key = read_key(Path(settings.need("checkpoint_key")), "SANBAN_CHECKPOINT_KEY")
    if not settings.checkpoint_old_key:
        return SigningKeys(key)
    old = read_key(Path(settings.checkpoint_old_key), "SANBAN_CHECKPOINT_OLD_KEY")
    if old.name != key.name and not new_name:
        raise Problem(
            f"the old key is of {old.name}, the new one of {key.name}",
            do=f"make the new one with `sanban audit checkpoint keygen --name {old.name}`",
        )
    return SigningKeys(key, old)


def read_key(path: Path, setting: str) -> PrivateKey:
    """Read a private key from its file. Raises Problem, which never quotes the file."""
    try:
        return PrivateKey.parse(path.read_text("utf-8").strip())
    except OSError as error:
        raise Problem(
            f"cannot read {path}: {error.strerror}",
            do=f"`sanban audit checkpoint keygen` makes a key; {setting} names its file",
        ) from error
    except UnicodeDecodeError as error:
        raise Problem(f"{path} is no key of checkpoints", do=f"correct {setting}") from error
    except Malformed as error:
        raise Problem(f"{path}: {error}", do=f"correct {setting}") from error


def make_key(path: Path, name: str) -> PrivateKey:
    """Make a key in a new file that only its owner can read. Raises Problem."""
    try:
        key = PrivateKey.generate(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{key.secret()}\n")
            file.flush()
            os.fsync(file.fileno())
    except Malformed as error:
        raise Problem(f"{name!r} cannot be the name of a key: {error}") from error
    except FileExistsError as error:
        raise Problem(f"{path} exists already", do="a key is never written over") from error
    except OSError as error:
        raise Problem(f"cannot write {path}: {error.strerror}") from error
    return key


def with_checkpoints(settings: Settings, directory: Path) -> Settings:
    """Return settings with a key and a place in `directory`, where they name none."""
    update = {}
    if not settings.checkpoint_key:
        path = directory / OWN_KEY
        if not path.exists():
            make_key(path, f"sanban-up/{secrets.token_hex(4)}")
        update["checkpoint_key"] = str(path)
    if not settings.checkpoint_dir:
        update["checkpoint_dir"] = str(directory / OWN_PLACE)
    return settings.model_copy(update=update)


def keyring_of(signing: SigningKeys, keys: Sequence[StoredKey]) -> Keyring:
    """Return the keys that may have signed: those of the settings, and those they vouch for.

    Raises Contradiction.
    """
    trusted = [key.public for key in (signing.key, signing.old) if key is not None]
    try:
        if signing.old_lost and keys:
            trusted.append(PublicKey.parse(keys[-1].key))
        return keyring(trusted, [kept.note for kept in keys if kept.note is not None])
    except (NoteError, NotACheckpoint) as error:
        raise Contradiction(f"the keys in the database are none: {error}") from error


def new_key(
    signing: SigningKeys, keys: Sequence[StoredKey], size: int, now: datetime
) -> StoredKey | None:
    """Return what to keep because our key is new; None when it is the last that signed.

    `size`: rows in the last checkpoint. Raises Contradiction.
    """
    ours = str(signing.key.public)
    if keys and keys[-1].key == ours:
        return None
    if any(kept.key == ours for kept in keys):
        raise Contradiction(
            f"the key in SANBAN_CHECKPOINT_KEY was replaced by {keys[-1].key}: it must not sign"
        )
    if not keys:
        if size:
            raise Contradiction("the database has checkpoints, and no key that signed them")
        return StoredKey(ours, 0, now, None)
    signers = _signers(signing, keys[-1].key)
    change = KeyChange(signing.origin, size, now, keys[-1].key, ours)
    return StoredKey(ours, size, now, sign(change.text(), *signers))


def _signers(signing: SigningKeys, last: str) -> Sequence[PrivateKey]:
    """Return the keys that must sign the change from that key to ours. Raises Contradiction."""
    if signing.old is not None and str(signing.old.public) == last:
        return signing.old, signing.key
    if signing.old_lost and last.startswith(f"{signing.origin}+"):
        return (signing.key,)
    raise Contradiction(
        f"checkpoints so far are signed by {last}, not by the key in SANBAN_CHECKPOINT_KEY: "
        "SANBAN_CHECKPOINT_OLD_KEY must name the file of that key, which hands over"
    )
