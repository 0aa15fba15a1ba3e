"""The service's own TLS certificate, made anew at each start."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate


@dataclass(frozen=True)
class ServerCertificate:
    """A server's TLS context, the PEM file that clients may trust, and Chromium's pin of the key."""

    context: ssl.SSLContext
    path: Path
    spki_hash: str
    """base64(SHA-256(SubjectPublicKeyInfo)), for --ignore-certificate-errors-spki-list."""


def make_certificate(folder: Path, host_names: tuple[str, ...]) -> ServerCertificate:
    """Return a self-signed certificate for the names and 127.0.0.1; its key does not stay on disk."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    path = folder / "push-service.pem"
    path.write_bytes(_self_signed(key, host_names).public_bytes(serialization.Encoding.PEM))
    key_path = folder / "push-service-key.pem"
    key_path.touch(mode=0o600)
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    key_path.unlink()
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return ServerCertificate(context, path, base64.b64encode(hashlib.sha256(spki).digest()).decode())


def _self_signed(key: EllipticCurvePrivateKey, host_names: tuple[str, ...]) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pwagen push service")])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in host_names]
    names.append(x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")))
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        # Senders trust it as their only authority, which OpenSSL allows for a CA alone.
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
