"""How often the search for private keys is wrong, and how long it takes.

    python benchmarks/key_search.py [FILE …] [--keys 10000] [--write]

False alarms: each line of the files is a text, in pwagen.yaml and in a page of the site. Without files
these are the lines of text in pwagen's own sources and documents. Misses: generated keys in each form, in a
config by themselves, in a sentence, and beside the public key; and in a page, where the public key is known.
With --write the table goes into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import base64
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tables import text_table, write_table

from pwagen.binding.node import Mapping, Scalar, Sequence
from pwagen.binding.problem_report import ProblemReport
from pwagen.config.checks.private_keys import report_private_keys
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.keys.key_search import KeySearch

ROOT = Path(__file__).resolve().parents[1]
FORMS: dict[str, Callable[[KeyPair], str]] = {
    "base64url, 43 characters": lambda pair: pair.private_key,
    "base64, 44 characters": lambda pair: base64.b64encode(_number(pair)).decode(),
    "hexadecimal": lambda pair: _number(pair).hex(),
    "PKCS#8 in PEM": lambda pair: pair.private_pem.decode(),
    "SEC 1 in PEM": lambda pair: pair.private_sec1_pem.decode(),
    "PKCS#8 in base64": lambda pair: base64.b64encode(pair.private_der).decode(),
    "JWK": lambda pair: json.dumps(pair.to_jwk(private=True)),
}
COLUMNS = ["", "texts", "alone, in pwagen.yaml", "in a sentence", "beside the public key", "in a page"]


def refused_texts(texts: Iterable[str]) -> int:
    """Return how many texts are refused in a config without a public key."""
    items = [_scalar(text) for text in texts]
    config = Mapping((1, 1), [(_scalar("title"), Sequence((1, 1), list(items)))])
    return len(report_private_keys(config, ProblemReport("pwagen.yaml")))


def is_refused_beside(public_key: str, text: str) -> bool:
    """Tell whether a text is refused in a config with this public key."""
    push = Mapping((1, 1), [(_scalar("vapid_public_key"), _scalar(public_key))])
    config = Mapping((1, 1), [(_scalar("push"), push), (_scalar("title"), _scalar(text))])
    return bool(report_private_keys(config, ProblemReport("pwagen.yaml")))


def refused_pages(searches: Iterable[tuple[KeySearch, str]]) -> int:
    """Return how many texts are refused in a page."""
    return sum(search.find(f"<p>{text}</p>".encode(), "page.html") is not None for search, text in searches)


def false_alarms(texts: list[str]) -> list[str]:
    """Return the row for texts that are no keys."""
    public_key = generate_key_pair().public_key
    search = KeySearch(public_key)
    sentences = (f"See {text} for more." for text in texts)
    refused = (
        refused_texts(texts),
        refused_texts(sentences),
        sum(is_refused_beside(public_key, text) for text in texts),
        refused_pages((search, text) for text in texts),
    )
    return ["refused, though no key", f"{len(texts):,}", *(f"{count:,}" for count in refused)]


def misses(name: str, pairs: list[KeyPair]) -> list[str]:
    """Return the row for keys in one form."""
    texts = [FORMS[name](pair) for pair in pairs]
    sentences = (f"The key is {text} since May." for text in texts)
    refused = (
        refused_texts(texts),
        refused_texts(sentences),
        sum(is_refused_beside(pair.public_key, text) for pair, text in zip(pairs, texts, strict=True)),
        refused_pages((KeySearch(pair.public_key), text) for pair, text in zip(pairs, texts, strict=True)),
    )
    return [f"missed: {name}", f"{len(pairs):,}", *(f"{len(pairs) - count:,}" for count in refused)]


def own_texts() -> Iterator[str]:
    """Yield the lines of the project's own sources and documents."""
    for suffix in ("py", "js", "md", "json", "html"):
        for folder in ("pwagen", "templates", "docs", "sample_site"):
            for path in sorted((ROOT / folder).rglob(f"*.{suffix}")):
                yield from path.read_text(encoding="utf-8").splitlines()


def _scalar(text: str) -> Scalar:
    return Scalar((1, 1), text, "str")


def _number(pair: KeyPair) -> bytes:
    return base64.urlsafe_b64decode(f"{pair.private_key}=")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="a text in each line")
    parser.add_argument("--keys", type=int, default=10_000, metavar="COUNT")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    files = (path.read_text(encoding="utf-8", errors="replace").splitlines() for path in options.files)
    lines = [line for lines in files for line in lines] if options.files else own_texts()
    texts = [line.strip() for line in lines if line.strip()]
    began = time.monotonic()
    rows = [COLUMNS, false_alarms(texts)]
    pairs = [generate_key_pair() for _ in range(options.keys)]
    rows += [misses(name, pairs) for name in FORMS]
    print(text_table(rows))
    print(f"\n{time.monotonic() - began:.0f} s")
    if options.write:
        write_table("key-search", rows)


if __name__ == "__main__":
    main()
