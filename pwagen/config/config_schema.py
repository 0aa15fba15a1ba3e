"""The JSON Schema of ``pwagen.yaml`` for editors, derived from the model and from nothing else."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec

from pwagen.config.model import Config
from pwagen.config.yaml_notation import CONFIG_NOTATION
from pwagen.texts.built_in import known_texts

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# A name, not an address: nothing is fetched from it.
IDENTIFIER = "urn:pwagen:schema:config"


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12), in which every section also takes notes, ``x-`` keys."""
    (root,), definitions = msgspec.json.schema_components([Config], ref_template="#/$defs/{name}")
    assert root == {"$ref": "#/$defs/Config"}
    for definition in definitions.values():
        # From docstrings, whose indentation msgspec keeps before 0.23.
        definition["description"] = cleandoc(definition["description"])
        if definition.get("additionalProperties") is False:
            definition["patternProperties"] = {f"^{CONFIG_NOTATION.note_prefix}": {}}
    texts = definitions["Language"]["properties"]["texts"]
    texts["propertyNames"] = {"enum": list(known_texts())}
    top = definitions.pop("Config")
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        **top,
        "title": "pwagen.yaml",
        "$defs": dict(sorted(definitions.items())),
    }


def json_schema_text() -> str:
    """Return the schema as the file that is shipped."""
    import json

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(json_schema_text())
