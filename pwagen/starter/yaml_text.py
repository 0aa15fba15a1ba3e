"""Values as YAML on one line, safe for anything that a site may be called."""

from __future__ import annotations

import math
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Write repeated values out: anchors make the file harder to read."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # Half a character, from broken JSON, cannot be written into a file.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # Only in double quotes are line breaks escaped, so that the text stays on its line.
    style = None if whole.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", whole, style)


_Dumper.add_representer(str, _text)


def yaml_value(value: Any) -> str:
    """Return a JSON-like value on one line: texts plain or quoted, lists and mappings in flow style."""
    # As the only entry of a list, so that texts are quoted as a list needs it.
    text = yaml.dump(
        [value], Dumper=_Dumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=math.inf
    )
    return text.strip()[1:-1]
