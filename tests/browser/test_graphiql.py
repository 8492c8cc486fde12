"""The page at /graphiql/ in a real browser, against the real server."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, async_playwright, expect

from tests.browser.conftest import Site

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # as root Chromium starts only without
)
NAMES = ("chromium", "chromium-browser", "google-chrome")

expect.set_options(timeout=20_000)  # milliseconds; two slow cores read 3 MB of editor first


@dataclass(frozen=True)
class Visit:
    """A page with nothing loaded yet, and what it asked for and complained of since."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(message.text)

        self.page.on("console", hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requested.append(request.url))

    @property
    def explorer(self) -> Locator:
        return self.page.locator(".graphiql-plugin")

    @property
    def variables(self) -> Locator:
        return self.page.locator(".graphiql-editor-tool .view-lines").first

    @property
    def answer(self) -> Locator:
        return self.page.locator(".graphiql-response .view-lines")

    async def play(self) -> None:
        """Press the button; before both editors are there it does nothing."""
        await expect(self.page.get_by_text("query CustomerPage").first).to_be_visible()
        await expect(self.answer).to_be_attached()
        await self.page.get_by_role("button", name="Execute query").click()


@pytest.fixture
def chromium() -> str:
    found = os.environ.get("KICKSTAND_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        reason = "no Chromium here: install one, or say in KICKSTAND_CHROMIUM where it is"
        if os.environ.get("CI_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
async def visit(chromium: str) -> AsyncIterator[Visit]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield Visit(await browser.new_page(viewport={"width": 1440, "height": 900}))
        await browser.close()


async def test_the_printed_address_opens_the_customer_page_and_play_shows_the_customer(
    visit: Visit, site: Site
) -> None:
    await visit.page.goto(f"{site.url}/graphiql#token={site.token}&id={site.customer_id}")
    await expect(visit.explorer).to_contain_text("auditTrail")

    await visit.play()

    await expect(visit.answer).to_contain_text(f'"name": "{site.customer_name}"')
    assert await visit.page.title() == "Kickstand"
    assert visit.complaints == []
    if picture := os.environ.get("KICKSTAND_SCREENSHOT"):
        await visit.page.wait_for_timeout(1_000)  # the colours come after the text
        await visit.page.screenshot(path=picture)


async def test_the_page_reaches_no_other_server(visit: Visit, site: Site) -> None:
    await visit.page.goto(f"{site.url}/graphiql/#token={site.token}&id={site.customer_id}")
    await visit.play()
    await expect(visit.answer).to_contain_text(site.customer_name)

    elsewhere = [url for url in visit.requested if not url.startswith(f"{site.url}/graph")]
    assert elsewhere == []
    assert f"{site.url}/graphql" in visit.requested


async def test_the_token_leaves_the_address_and_stays_in_the_browser_tab(
    visit: Visit, site: Site
) -> None:
    await visit.page.goto(f"{site.url}/graphiql/#token={site.token}&id={site.customer_id}")
    await visit.play()
    await expect(visit.answer).to_contain_text(site.customer_name)

    await visit.page.reload()

    await expect(visit.page.get_by_label("Token")).to_have_value(site.token)
    assert visit.page.url == f"{site.url}/graphiql/"
    assert await visit.page.evaluate("Object.entries(localStorage)") == []
    assert await visit.page.evaluate("document.cookie") == ""


async def test_a_new_link_in_the_same_tab_shows_its_own_customer(visit: Visit, site: Site) -> None:
    await visit.page.goto(f"{site.url}/graphiql/#token={site.token}&id=cust_before")
    await expect(visit.variables).to_contain_text("cust_before")

    await visit.page.goto(f"{site.url}/graphiql/#id={site.customer_id}")

    await expect(visit.variables).to_contain_text(site.customer_id)
    await visit.play()
    await expect(visit.answer).to_contain_text(site.customer_name)


async def test_a_false_token_is_explained_and_a_typed_one_fetches_the_schema(
    visit: Visit, site: Site
) -> None:
    await visit.page.goto(f"{site.url}/graphiql/#token=false&id={site.customer_id}")
    notice = visit.page.locator(".notice")
    await expect(notice).to_contain_text("does not accept this token")

    await visit.page.get_by_label("Token").fill(f" {site.token}\n")

    await expect(notice).to_have_count(0)
    await expect(visit.explorer).to_contain_text("auditTrail")
    await visit.play()
    await expect(visit.answer).to_contain_text(site.customer_name)
