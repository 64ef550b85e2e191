"""Rows of an Excel workbook (.xlsx), after its size has been looked at: an archive can be far larger than its file."""

import ctypes
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    load_workbook,
)

from activities.adapters.files.roster.columns import column_letters
from activities.adapters.files.roster.extent import SharedTexts, SheetExtent, TooManyElements
from domain.told import Told, joined, told

MOST_UNPACKED: Final = 200_000_000
MOST_ENTRIES: Final = 5_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STEP: Final = 1 << 18
_SHEET_MARK: Final = b"sheetData"
_TEXT_MARKS: Final = (b"</sst", b":sst")
SAVE_AGAIN: Final = told(
    "save_again",
    "Open the list in the program that it comes from and save it as an Excel workbook (.xlsx) or as CSV.",
)


class UnreadableBook(ValueError):
    """A workbook that is not read; ``code`` and ``problem`` say why and what to do."""

    def __init__(self, code: str, problem: Told) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem


def is_workbook(raw: bytes) -> bool:
    """Return whether bytes are an archive or an old workbook, and no text."""
    return raw.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def open_book(raw: bytes) -> CalamineWorkbook:
    """Return a workbook that is safe to read.

    Raises:
        UnreadableBook: It is too large when it is unpacked, encrypted, of an old kind, damaged, or no workbook.
    """
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise _encrypted()
        raise UnreadableBook(
            "old_workbook",
            joined(
                (
                    told(
                        "old_workbook", "This is a file of an old Office program, such as an .xls workbook."
                    ),
                    SAVE_AGAIN,
                )
            ),
        )
    _look_inside(raw)
    try:
        return load_workbook(io.BytesIO(raw))
    except PasswordError:
        raise _encrypted() from None
    except BaseException as error:
        raise _damaged(error) from None


def sheet_names(book: CalamineWorkbook) -> tuple[str, ...]:
    """Return the names of the sheets that a reader of the workbook sees."""
    visible = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    return tuple(visible or book.sheet_names)


def hidden_sheets(book: CalamineWorkbook) -> tuple[str, ...]:
    """Return the names of the sheets that a reader of the workbook does not see."""
    seen = sheet_names(book)
    return tuple(name for name in book.sheet_names if name not in seen)


def book_rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows of a sheet with their numbers, each cell as text.

    Raises:
        UnreadableBook: The sheet is damaged.
    """
    sheet = _sheet(book, name)
    rows = iter(sheet.iter_rows())
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except BaseException as error:
            raise _damaged(error) from None
        yield number, [_text(cell) for cell in cells]


def give_back_memory() -> None:
    """Give back to the system what the library has freed: the allocator would keep it, as much as the rows need."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every C library has it
    if trim is not None:
        trim(0)


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except BaseException as error:
        raise _damaged(error) from None


def _text(cell: Any) -> str:
    """Return a cell as a person reads it: whole numbers without a point, days as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).upper()
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if isinstance(cell, (int, timedelta)) else ""


def _look_inside(raw: bytes) -> None:
    """Refuse an archive that is no workbook, or one that is too large unpacked, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise _encrypted()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise _too_large()
            if "xl/workbook.xml" not in {name.lstrip("/") for name in names}:
                problem = joined((_kind_of_archive(archive, names), SAVE_AGAIN))
                raise UnreadableBook("not_a_workbook", problem)
            _look_at(raw, entries)
    except UnreadableBook:
        raise
    except TooManyElements:
        raise UnreadableBook(
            "workbook_too_large",
            told(
                "millions_of_cells",
                "The workbook has millions of empty cells. Copy the list into a new workbook, and save that.",
            ),
        ) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        ExpatError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _damaged(error) from None


def _look_at(raw: bytes, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Unpack the entries piece by piece without keeping them.

    The directory of an archive may lie, so the bytes are counted. A sheet may hold two cells a million rows apart,
    which the library would lay out as one rectangle; and many cells may refer to one long text, which it would copy.
    Sheets and texts are known by what they hold: a sheet may have any name in the archive.
    """
    left, sheets, texts, size = MOST_UNPACKED, [], SharedTexts(), 0
    for entry in entries:
        seen, marks = _search(raw, entry, left)
        left -= seen
        if _SHEET_MARK in marks:
            sheets.append(entry)
            size += seen
        if marks - {_SHEET_MARK}:
            texts.measure(_unpacked(raw, entry))
    used = texts if texts.matter(size, MOST_UNPACKED) else None
    for entry in sheets:
        extent = SheetExtent()
        extent.measure(_unpacked(raw, entry), used)
        if extent.too_large():
            raise _too_wide(extent)
        if texts.used > MOST_UNPACKED:
            raise _too_large()
        if extent.unvalued != (0, 0):
            raise _not_computed(*extent.unvalued)


def _search(raw: bytes, entry: zipfile.ZipInfo, left: int) -> tuple[int, set[bytes]]:
    """Return the length of an entry and which marks of sheets and texts are in it."""
    seen, marks, rest = 0, set[bytes](), b""
    for piece in _unpacked(raw, entry):
        seen += len(piece)
        if seen > left:
            raise _too_large()
        text = rest + piece
        marks |= {mark for mark in (_SHEET_MARK, *_TEXT_MARKS) if mark not in marks and mark in text}
        rest = text[-len(_SHEET_MARK) :]
    return seen, marks


def _unpacked(raw: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the true content of an entry, whatever length its directory names."""
    header = raw[entry.header_offset : entry.header_offset + 30]
    begins = (
        entry.header_offset
        + 30
        + int.from_bytes(header[26:28], "little")
        + int.from_bytes(header[28:30], "little")
    )
    packed = raw[begins : begins + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while piece := inflate.decompress(packed, _STEP):
            yield piece
            packed = inflate.unconsumed_tail
    else:
        raise zipfile.BadZipFile("an unusual way to pack")


def _kind_of_archive(archive: zipfile.ZipFile, names: set[str]) -> Told:
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        return told("of_libreoffice", "This is a file of LibreOffice or OpenOffice and no Excel workbook.")
    if "word/document.xml" in names:
        return told("of_word", "This is a text of Word and no list.")
    if any(name.endswith(".iwa") for name in names):
        return told("of_apple", "This is a file of Apple Numbers or Pages and no Excel workbook.")
    if "xl/workbook.bin" in names:
        return told("binary_workbook", "This is a binary Excel workbook (.xlsb).")
    return told("archive", "This is an archive of files and no Excel workbook.")


def _encrypted() -> UnreadableBook:
    return UnreadableBook(
        "encrypted_workbook",
        told(
            "encrypted_workbook",
            "The workbook has a password, so it cannot be read. Open it, remove the password (File, Info, Protect "
            "Workbook) and save it again.",
        ),
    )


def _too_large() -> UnreadableBook:
    return UnreadableBook(
        "workbook_too_large",
        told(
            "workbook_too_large",
            "The workbook has more than {most} MB when it is unpacked. Save the sheet with the list alone, without "
            "pictures and old sheets, or as CSV.",
            most=MOST_UNPACKED // 1_000_000,
        ),
    )


def _too_wide(extent: SheetExtent) -> UnreadableBook:
    return UnreadableBook(
        "sheet_too_wide",
        told(
            "sheet_too_wide",
            "A sheet of this workbook has a cell in column {column} and one in row {row}, far away from any list. "
            "Delete the columns to the right of the list and the rows below it.",
            column=extent.column,
            row=f"{extent.row:,}",
        ),
    )


def _not_computed(row: int, column: int) -> UnreadableBook:
    return UnreadableBook(
        "formula_without_value",
        told(
            "formula_without_value",
            "The cell {cell} holds a formula without a stored value, so nobody knows what it says. Open the workbook "
            "in a spreadsheet program, save it, and send it again.",
            cell=f"{column_letters(column - 1)}{row}",
        ),
    )


def _damaged(error: BaseException) -> UnreadableBook:
    """Return what to say of an error of the library, which also panics in its own way; stops of the process go on."""
    if not isinstance(error, (Exception, CalamineError)) and type(error).__name__ != "PanicException":
        raise error
    damaged = told("damaged_workbook", "The workbook is damaged and cannot be read.")
    return UnreadableBook("damaged_workbook", joined((damaged, SAVE_AGAIN)))
