"""The rules of `pwagen check`, one family a module. Ids are for ever: settings and baselines name them."""

from pwagen.audit.rule import Rule
from pwagen.audit.rules import manifest_basics

RULES: tuple[Rule, ...] = (
    manifest_basics.linked,
    manifest_basics.is_json,
    manifest_basics.named,
)
