"""Certificates that are valid for a day, made with the program `openssl`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as files in PEM."""

    certificate: Path
    key: Path

    def bundle(self) -> Path:
        """Write both to one file, the key first, as a broker wants them."""
        path = self.certificate.with_suffix(".bundle.pem")
        path.write_text(self.key.read_text() + self.certificate.read_text())
        return path


@dataclass(frozen=True)
class Authority:
    """A certificate authority of its own."""

    directory: Path
    name: str = "ca"

    @property
    def certificate(self) -> Path:
        return self._make(self.name, "-nodes").certificate

    def issue(self, name: str, *, host: str = "localhost", password: str = "") -> Certificate:
        """Issue a certificate for the subject CN=`name`; a server may be called `host`."""
        protection = ("-passout", f"pass:{password}") if password else ("-nodes",)
        authority = self._make(self.name, "-nodes")
        return self._make(
            name,
            *protection,
            *("-CA", str(authority.certificate), "-CAkey", str(authority.key)),
            *("-addext", f"subjectAltName=DNS:{host}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        )

    def _make(self, name: str, *options: str) -> Certificate:
        self.directory.mkdir(parents=True, exist_ok=True)
        made = Certificate(self.directory / f"{name}.pem", self.directory / f"{name}.key")
        if not made.certificate.exists():
            subprocess.run(
                [
                    *("openssl", "req", "-x509", "-days", "2", "-subj", f"/CN={name}"),
                    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                    *("-keyout", str(made.key), "-out", str(made.certificate)),
                    *options,
                ],
                check=True,
                capture_output=True,
            )
        return made
