"""Take the README's pictures again, from the demo as it is now: ``python docs/images/retake.py``.

Needs what the browser tests need (chromium, Playwright); Pillow comes with reportlab.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "core")]

from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from tests.e2e.demo_site import demo_site  # noqa: E402
from tests.e2e.test_voting import enter, poll_path, print_slips, start  # noqa: E402
from tests.e2e.visitors import Visitor  # noqa: E402

HERE = Path(__file__).resolve().parent
DESK, PHONE = (1280, 900), (390, 860)
SHRUNK = 900
GAP, GREY = 15, "#dddddd"


def shoot(visitor: Visitor, size: tuple[int, int]) -> Image.Image:
    """What the window shows."""
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
    return Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")


def save(picture: Image.Image, name: str) -> None:
    """Store a picture with few colours: a repository keeps every version."""
    picture.quantize(128, dither=Image.Dither.NONE).save(HERE / name, optimize=True)


def shrink(picture: Image.Image) -> Image.Image:
    """To the width a README shows."""
    height = round(picture.height * SHRUNK / picture.width)
    return picture.resize((SHRUNK, height), Image.Resampling.LANCZOS)


def beside(pictures: list[Image.Image]) -> Image.Image:
    """Phones in a row."""
    width = sum(p.width + GAP for p in pictures) + GAP
    out = Image.new("RGB", (width, pictures[0].height), GREY)
    for number, picture in enumerate(pictures):
        out.paste(picture, (GAP + number * (picture.width + GAP), 0))
    return out


def main() -> None:
    """Serve the demo and walk to the places."""
    with demo_site() as site, sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        office = Visitor(browser, site)
        office.log_in("kaoheban")
        office.open("/campaigns/2/")
        save(shrink(shoot(office, DESK)), "campaign.png")
        office.open("/campaigns/1/results/")
        office.follow("白鹭村党支部")
        save(shrink(shoot(office, (1280, 1330))), "derivation.png")

        path = poll_path(site, "古井村党支部")
        codes = print_slips(office, path, members=6)
        start(office, path, members=6)
        voter = Visitor(browser, site, width=PHONE[0])
        enter(voter, codes[0])
        for question, option in zip(voter.page.locator("fieldset.q").all(), (0, 1), strict=False):
            question.locator(".options label").nth(option).click()
        voter.page.evaluate("scrollTo(0, 0)")
        respondent = Visitor(browser, site, width=PHONE[0])
        respondent.log_in("tianbao")
        respondent.follow("继续填写")
        anybody = Visitor(browser, site, width=PHONE[0])
        anybody.open("/notices/")
        anybody.page.locator("article a").first.click()
        anybody.page.locator("tbody tr").first.wait_for()
        save(beside([shoot(v, PHONE) for v in (respondent, voter, anybody)]), "phone.png")
        browser.close()


if __name__ == "__main__":
    main()
