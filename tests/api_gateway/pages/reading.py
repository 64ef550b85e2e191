"""What a reader finds on a page: its text, the rows of its lists, and its links."""

import html
import re

_TAG = re.compile(r"<[^>]+>")


def text_of(page: str) -> str:
    """Return the text of the main part of a page, on one line."""
    main = re.search(r"<main[^>]*>(.*)</main>", page, re.DOTALL)
    return plain(main[1] if main else page)


def plain(part: str) -> str:
    """Return a part of a page without its tags, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", part)).split())


def section(page: str, id: str) -> str:
    """Return the part of a page whose heading has this id; empty if there is none."""
    found = re.search(rf'<section[^>]*aria-labelledby="{id}">(.*?)</section>', page, re.DOTALL)
    return found[1] if found else ""


def rows(part: str) -> list[str]:
    """Return the text of each item or row of a list or table."""
    return [plain(each) for each in re.findall(r"<(?:li|tr)\b[^>]*>(.*?)</(?:li|tr)>", part, re.DOTALL)]


def links(part: str) -> list[str]:
    """Return the addresses to which a part links."""
    return [html.unescape(each) for each in re.findall(r'href="([^"]+)"', part)]
