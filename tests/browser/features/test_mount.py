"""The same site in a folder of its host: what is told apart by paths works there, too.

Nothing in a build knows where it is mounted, so that a few tests of the other files stand for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.features import (
    test_clicks,
    test_deploys,
    test_installability,
    test_launch,
    test_neighbours,
    test_offline,
    test_outbox,
    test_resubscription,
    test_strategies,
)
from tests.browser.features.conftest import Harbour
from tests.browser.features.test_launch import photos as photos

pytestmark = pytest.mark.browser


@pytest.fixture
def mount() -> str:
    """Serve the site below the top of its origin."""
    return "/a/b/"


@pytest.fixture
def network_errors(harbour: Harbour) -> Iterator[None]:
    """Take form posts, and expect the errors of a network that is cut."""
    harbour.site.answers.accepts.add(test_outbox.CONTACT)
    yield
    harbour.chromium.set_offline(False)
    harbour.chromium.problems.clear()


test_the_browser_finds_nothing_wrong = test_installability.test_the_browser_finds_nothing_wrong
test_a_deep_page_belongs_to_the_same_app = test_installability.test_a_deep_page_belongs_to_the_same_app
test_a_click_opens_its_target = (
    test_clicks.test_without_a_window_a_click_opens_the_messages_target_or_the_configs_and_none_elsewhere
)
test_a_subscription_is_told_to_the_server = (
    test_resubscription.test_the_bell_asks_subscribes_tells_the_server_once_unsubscribes_and_subscribes_anew
)
test_what_is_left_to_the_network = test_strategies.test_network_only_requests_do_not_start_the_worker
test_a_host_that_redirects_to_pretty_addresses = test_deploys.test_a_host_that_redirects_to_pretty_addresses
test_a_share_reaches_the_page = (
    test_launch.test_shared_files_reach_the_page_and_its_form_on_a_host_without_post_online_and_offline
)


@pytest.mark.usefixtures("network_errors")
class TestOffline:
    """What the network's end has to do with."""

    test_an_unknown_page_shows_the_offline_page = staticmethod(
        test_offline.test_an_uncached_page_shows_the_offline_page_with_its_style
    )
    test_a_form_is_sent_later = staticmethod(
        test_outbox.test_posts_are_the_servers_online_and_sent_later_once_and_in_order_offline
    )


def test_an_existing_worker_imports_ours(harbour: Harbour) -> None:
    """In one of the two orders: which is the first has nothing to do with paths."""
    test_neighbours.test_an_existing_worker_imports_ours(harbour, "before")
