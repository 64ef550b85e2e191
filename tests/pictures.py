"""Pictures of every page as contact sheets: `.venv/bin/python -m tests.pictures FOLDER`.

For each width one sheet of the full pages, one of the empty and one of those with an error. The folder is outside the
repository, because pictures are looked at and not kept. With `--readme` in place of a folder, the six pictures of the
README are taken again.
"""

import asyncio
import base64
import html
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser

from tests.browser.chromium import chromium, opened
from tests.browser.gateway import Served, served
from tests.browser.offices import cookie_of, furnish
from tests.browser.pages import PAGES, Shown
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import REPOSITORY

WIDTHS: Final = (320, 1280)
TALLEST: Final = 1600
"""The most of a page that its picture shows, in pixels."""
KEPT: Final = REPOSITORY / "deploy" / "pictures"
LARGEST: Final = 150_000
"""The most bytes of a picture that the repository keeps."""
OF_README: Final = {
    "today": ("coordinator", "/", 1200, 720),
    "relationship": ("coordinator", "/relationships/{pair}", 1200, 720),
    "matching": ("coordinator", "/relationships/{applicant}/candidates", 1200, 720),
    "payment": ("payment", "/payments/{to_approve}", 1200, 720),
    "moment": ("auditor", "/relationships/{pair}/at", 1200, 720),
    "phone": ("coordinator", "/", 390, 844),
}
"""The pictures of the README: who looks, at which page, and how much of it."""


async def of_readme() -> None:
    """Take the pictures of the README."""
    KEPT.mkdir(exist_ok=True)
    async with OfficeProcesses.temporary(workers=False, gateway=False, mail=False, temporal=False) as stack:
        await stack.postgres.keep_as_template()
        async with chromium() as browser, _office(stack, "full") as full:
            await furnish(full)
            for name, (who, path, width, height) in OF_README.items():
                page, _ = await opened(
                    browser, full.url, cookies=await cookie_of(full, who), width=width, height=height
                )
                await page.goto(path.format_map(full.things))
                file = KEPT / f"{name}.png"
                size = len(await page.screenshot(path=file))
                await page.context.close()
                if size > LARGEST:
                    raise SystemExit(f"{file.name} has {size} bytes, more than {LARGEST}.")
                print(f"{file.relative_to(REPOSITORY)}: {size} bytes")  # noqa: T201 - what the command answers


async def main(folder: Path) -> None:
    """Write the sheets, and each picture by itself."""
    async with OfficeProcesses.temporary(workers=False, gateway=False, mail=False, temporal=False) as stack:
        await stack.postgres.keep_as_template()
        async with chromium() as browser, _office(stack, "full") as full, _office(stack, "empty") as empty:
            await furnish(full)
            for width in WIDTHS:
                for state, office, paths in (
                    ("full", full, [(each, each.full) for each in PAGES]),
                    ("empty", empty, [(each, each.empty) for each in PAGES if each.empty]),
                    ("error", full, [(each, each.wrong) for each in PAGES]),
                ):
                    names = [
                        await _picture(
                            browser, office, shown, path, width, folder / f"{state}-{width}-{number:02}.png"
                        )
                        for number, (shown, path) in enumerate(paths)
                    ]
                    await _sheet(browser, names, width, folder / f"sheet-{state}-{width}.png")
                    print(f"{state} at {width} px: {len(names)} pages")  # noqa: T201 - what the command answers


@asynccontextmanager
async def _office(stack: OfficeProcesses, name: str) -> AsyncIterator[Served]:
    await stack.postgres.fresh_database(f"pictures_{name}")
    async with served(stack.settings.model_copy(update={"database_name": f"pictures_{name}"})) as office:
        yield office


async def _picture(
    browser: Browser, office: Served, shown: Shown, path: str, width: int, file: Path
) -> tuple[str, Path]:
    """Take the picture of a page; return what stands below it on a sheet, and its file."""
    page, _ = await opened(browser, office.url, cookies=await cookie_of(office, shown.who), width=width)
    try:
        await page.goto(path.format_map(office.things))
        tall = min(TALLEST, int(await page.evaluate("() => document.documentElement.scrollHeight")))
        await page.screenshot(
            path=file, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall}
        )
    finally:
        await page.context.close()
    return f"{shown.who or 'nobody'} {path}", file


async def _sheet(browser: Browser, pictures: Iterable[tuple[str, Path]], width: int, file: Path) -> None:
    """Put pictures beside each other, half as wide as they are."""
    parts = "".join(
        f"<figure><img src='data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}'>"
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name, picture in pictures
    )
    style = (
        "body { display: flex; flex-wrap: wrap; gap: 16px; align-items: start; background: #999 }"
        "figcaption { font: 12px sans-serif }"
        f"figure {{ margin: 0; width: {width // 2}px }} img {{ width: 100% }}"
    )
    page = await browser.new_page(viewport={"width": 2000, "height": 900})
    await page.set_content(f"<style>{style}</style>{parts}")
    await page.screenshot(path=file, full_page=True)
    await page.close()


def _folder(arguments: list[str]) -> Path:
    if len(arguments) != 1:
        raise SystemExit("Name the folder for the pictures: .venv/bin/python -m tests.pictures FOLDER")
    folder = Path(arguments[0]).resolve()
    if folder.is_relative_to(REPOSITORY):
        raise SystemExit("The folder for the pictures must be outside the repository.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    asyncio.run(of_readme() if sys.argv[1:] == ["--readme"] else main(_folder(sys.argv[1:])))
