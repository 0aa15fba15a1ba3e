"""What is special about pwagen.yaml among the files that are bound."""

from __future__ import annotations

from pwagen.binding.notation import Notation

# Members of manifests and other tools' words that are written elsewhere or not at all here.
RETIRED = {
    "gcm_sender_id": "remove it: browsers want push.vapid_public_key instead",
    "serviceworker": "remove it: register.js registers the worker",
    "service_worker": "remove it: register.js registers the worker",
    "manifest": "the members of the manifest are written below app:",
}

CONFIG_NOTATION = Notation(False, "x-", "begin a note with x-", RETIRED)
