"""Whose subscription a row is, in SQL: what is claimed need not pass through this process."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case

from pwagen.push.transport.vendors import OTHERS, VENDORS


def vendor_of_endpoint(endpoint: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the vendor's name for a column of endpoints, OTHERS for services of nobody in the table."""
    branches = []
    for vendor in VENDORS:
        for domain in vendor.domains:
            host = f".{domain}/%"
            # Only the host is meant: whoever makes an endpoint up can write anything behind it.
            is_vendors = endpoint.like(f"https://%{host}") & endpoint.not_like(f"https://%/%{host}")
            branches.append((is_vendors, vendor.name))
    return case(*branches, else_=OTHERS)
