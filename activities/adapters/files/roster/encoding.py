"""The text of a file, whatever program saved it: Unicode with and without a mark, or one of the older code pages."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from activities.adapters.files.roster.faults import ColumnQuestion
from domain.told import Told, as_is, told

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""How a text begins that says its code. The mark of UTF-32 comes first: it begins with one of UTF-16."""
WINDOWS: Final = "windows-1252"
PAGES: Final = {WINDOWS: "cp1252", "mac-roman": "mac_roman", "dos-437": "cp437", "dos-850": "cp850"}
"""The code pages that a person may choose from, and what Python calls them."""
_USUAL: Final = re.compile(r"[\x09\x0a\x0d\x20-\x7eÀ-ÖØ-öø-ÿ‘’“”–—…€\u00a0ªº¿¡]*")
"""What lists in English and Spanish hold; a file that holds other signs as Windows-1252 is probably in another code."""
_WITHIN_WORDS: Final = re.compile(r"[A-Za-zÀ-ÿ][‘“”–—…][A-Za-zÀ-ÿ]|[ÃÂ][¡-¿]|[a-zà-ÿ]’(?![st]\b)[a-zà-ÿ]")
"""Signs that stand between words: within one, they are probably letters of another code (`Garc’a` for `García`)."""
_OTHERS: Final = {
    b"%pdf": told("a_pdf", "a PDF"),
    b"{\\rtf": told("a_text_of_word", "a text of a word processor"),
    b"<": told("a_web_page", "a web page or XML, whatever its name says,"),
    b"{": as_is("JSON"),
    b"[{": as_is("JSON"),
}
"""How other files begin."""
_SAMPLE: Final = 2000
_SHORTEST: Final = 8
"""The fewest bytes of a text whose code is found out by its zeros."""
_LOW_BYTES: Final = {"utf-16-le": {0, 2}, "utf-16-be": {1, 3}, "utf-32-le": {0}, "utf-32-be": {3}}
"""Which bytes of four hold the plain letters; the others are zero."""
_MOST_ZEROS: Final = 20
"""One byte of so many is zero at most in a text; a single one is a fault of its cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """The text of a file, the code it was in, and a question where that is not certain."""

    text: str
    encoding: str
    question: ColumnQuestion | None = None


class UnreadableText(ValueError):
    """Bytes that are no text in any code that the reader knows; ``problem`` says what to do."""

    def __init__(self, problem: Told) -> None:
        super().__init__("unreadable text")
        self.problem = problem


def decode(file: str, raw: bytes, choices: Mapping[str, str]) -> FileText:
    """Return the text of a file.

    Raises:
        UnreadableText: It is no text.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return FileText(text=_strict(raw[len(mark) :], encoding), encoding=encoding)
    if encoding := _unmarked(raw):
        return FileText(text=_strict(raw, encoding), encoding=encoding)
    if raw.count(0) * _MOST_ZEROS > len(raw):
        raise _no_text()
    try:
        return FileText(text=raw.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        return _code_page(file, raw, choices)


def other_file(raw: bytes) -> Told | None:
    """Return what to say of bytes that are plainly something else than a list; None where they may be one."""
    begins = raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, kind in _OTHERS.items():
        if begins.startswith(sign):
            return told(
                "other_kind_of_file",
                "This is {kind} and no list. Save the list as CSV or as an Excel workbook (.xlsx) and send that.",
                kind=kind,
            )
    return None


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise UnreadableText(
            told(
                "damaged_line",
                "The file is damaged in line {line}: it says that it is {encoding}, but that line is not. Open it in "
                "the program that it comes from and save it again as “CSV UTF-8”.",
                line=line,
                encoding=encoding.upper(),
            )
        ) from None


def _unmarked(raw: bytes) -> str:
    """Return which UTF-16 or UTF-32 a text without a mark is in, by which bytes of plain letters are zero."""
    sample = raw[:_SAMPLE]
    if len(sample) < _SHORTEST:
        return ""
    zeros = [sample[at::4].count(0) * 4 / len(sample) for at in range(4)]
    for encoding, low in _LOW_BYTES.items():
        high = set(range(4)) - low
        if all(zeros[at] < 0.1 for at in low) and all(zeros[at] > 0.7 for at in high):
            return encoding
    return ""


def _no_text() -> UnreadableText:
    return UnreadableText(
        told(
            "no_text",
            "This is not a list: it is not a text file. Save the list as CSV or as an Excel workbook (.xlsx) and send "
            "that.",
        )
    )


def _usual(text: str) -> bool:
    return _USUAL.fullmatch(text) is not None and _WITHIN_WORDS.search(text) is None


def _code_page(file: str, raw: bytes, choices: Mapping[str, str]) -> FileText:
    readings: dict[str, str] = {}
    for page, codec in PAGES.items():
        try:
            readings[page] = raw.decode(codec)
        except UnicodeDecodeError:
            continue
    chosen = choices.get("encoding", "")
    if chosen in readings:
        return FileText(text=readings[chosen], encoding=chosen)
    if WINDOWS in readings and _usual(readings[WINDOWS]):
        return FileText(text=readings[WINDOWS], encoding=WINDOWS)
    if any(sign in raw for sign in (b"\0", b"\x01", b"\x02", b"\x03")):
        raise _no_text()
    words = next(word for word in re.findall(rb"[^\s,;\t|\"]*[\x80-\xff][^\s,;\t|\"]*", raw))
    samples = "; ".join(f"{page}: “{words[:40].decode(PAGES[page], 'replace')}”" for page in readings)
    question = ColumnQuestion(
        file=file,
        code="encoding",
        problem=told(
            "which_encoding",
            "The file does not say in which code its letters are saved, and more than one is possible. Which of these "
            "reads right? {samples}. Or save it again as “CSV UTF-8”.",
            samples=samples,
        ),
        answers=tuple(readings),
    )
    best = next((page for page, text in readings.items() if _usual(text)), next(iter(readings)))
    return FileText(text=readings[best], encoding=best, question=question)
