"""The steps of ``pwagen test`` in Chromium, in the order in which they run."""

from __future__ import annotations

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import Step
from pwagen.apptest.steps import (
    background,
    badge,
    clicks,
    deployment,
    download,
    messages,
    offline,
    outbox,
    permission,
    registration,
    resubscription,
    update,
)

STEPS: tuple[Step[ChromiumSite], ...] = (
    registration.register,
    registration.manifest,
    registration.install,
    permission.permission_default,
    permission.permission_denied,
    permission.permission_granted,
    resubscription.subscribe,
    *map(messages.push_step, messages.KINDS),
    clicks.click_body,
    clicks.click_actions,
    clicks.click_no_duplicate,
    clicks.click_focus_first,
    clicks.click_uncontrolled,
    clicks.dismissal,
    badge.badge_push,
    badge.badge_cleared,
    resubscription.resubscribe,
    resubscription.sync,
    background.periodic_sync,
    offline.offline_start,
    offline.offline_deep,
    offline.offline_missing,
    outbox.outbox,
    download.download,
    update.update,
    update.update_offered,
    deployment.missing_file,
    deployment.strict_csp,
    deployment.sub_path,
)
