"""What the journeys share: the browser's flags, and clicks that wait for the page they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def follow(what: Locator) -> None:
    """Click what leads to another page, and wait until that page has loaded.

    A click alone comes back before the new page has any content; on a busy machine whatever looks
    next finds an empty document.
    """
    with what.page.expect_navigation(wait_until="load"):
        what.click()
