"""Comments of the parts lose their types on the way to sw.js, and nothing else."""

from __future__ import annotations

import minify
import pytest

from pwagen.artifacts.scripts import features
from pwagen.artifacts.scripts.jsdoc import first_sentence, without_types
from pwagen.render import source

WORKER_PARTS = features.part_names("worker", features.section_names())
PAGE_PARTS = features.part_names("page", features.section_names())


@pytest.mark.parametrize(
    ("written", "shipped"),
    [
        ("/** @type {Map<string, X> | undefined} */\nlet a;", "let a;"),
        ("/** @type {X[]} In this order. */\nconst a = [];", "/** In this order. */\nconst a = [];"),
        ("/** In this order. @type {X[]} */\nconst a = [];", "/** In this order. */\nconst a = [];"),
        ("f(/** @type {any} */ (event));", "f((event));"),
        (
            "const f = (/** @type {string} */ a, /** @type {{ b: {c: 1} }} */ b) => a;",
            "const f = (a, b) => a;",
        ),
        ("/** @param {string} url */\nfunction f(url) {}", "function f(url) {}"),
        (
            "/**\n * Does it.\n *\n * @template T\n * @param {T} [a]  the first\n * @param {A} b\n */\nf()",
            "/**\n * Does it.\n *\n * @param a  the first\n */\nf()",
        ),
        ("/**\n * Does it.\n *\n * @returns {Promise<void>}\n */\nf();", "/** Does it. */\nf();"),
        ("  /**\n   * Does it\n   * well.\n   */\n  f();", "  /**\n   * Does it\n   * well.\n   */\n  f();"),
        (
            "/** @returns {Promise<A>} undefined if there is none */",
            "/** @returns undefined if there is none */",
        ),
        ("a();\n\n/** @typedef {A} B */\n\nb();", "a();\n\nb();"),
        ("const a = /\\*|b/; // @type stays", "const a = /\\*|b/; // @type stays"),
    ],
)
def test_types_go_and_sentences_stay(written: str, shipped: str) -> None:
    assert without_types(written) == shipped


@pytest.mark.parametrize("part", sorted({*WORKER_PARTS, *PAGE_PARTS}))
def test_the_code_stays_as_it_is(part: str) -> None:
    code = source(part)
    assert without_types(code) != code or "@" not in code
    assert minify.string("application/javascript", without_types(code)) == minify.string(
        "application/javascript", code
    )


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("// Waits, but not for ever.\n\n/** More. */", "Waits, but not for ever."),
        ("// One\n// sentence. Another.\n", "One sentence."),
        ("/** Sets it going. Once. */", "Sets it going."),
        ("/**\n * Sets it\n * going.\n */", "Sets it going."),
        ("f();", ""),
    ],
)
def test_the_first_sentence_of_a_part(part: str, sentence: str) -> None:
    assert first_sentence(part) == sentence


@pytest.mark.parametrize("part", WORKER_PARTS)
def test_every_part_begins_with_what_it_is_for(part: str) -> None:
    assert 10 < len(first_sentence(source(part))) <= 85
