"""The rules of `pwagen check`, one family a module. Ids are for ever: settings and baselines name them."""

from pwagen.audit.rule import Rule
from pwagen.audit.rules import (
    identity_changes,
    manifest_basics,
    project_state,
    published_files,
    server_answers,
)

RULES: tuple[Rule, ...] = (
    manifest_basics.linked,
    manifest_basics.is_json,
    manifest_basics.named,
    project_state.outdated,
    project_state.config,
    published_files.empty,
    published_files.private_key,
    published_files.secret_file,
    identity_changes.id,
    identity_changes.scope,
    identity_changes.worker,
    identity_changes.key,
    server_answers.https,
    server_answers.reachable,
    server_answers.worker_type,
    server_answers.worker_redirect,
    server_answers.worker_cached,
    server_answers.page_cached,
    server_answers.worker_scope,
    server_answers.manifest,
    server_answers.manifest_type,
    server_answers.policy,
)
