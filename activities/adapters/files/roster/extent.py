"""How much room the sheets of an Excel workbook take once they are read: they are counted as a stream, none is kept."""

import re
from array import array
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final, Never
from xml.parsers import expat

MOST_CELLS: Final = 6_000_000
"""The most cells of the rectangle that a sheet's cells span: the library sets it up whole."""
MOST_EMPTY: Final = MOST_CELLS // 2
"""The most elements of a part that hold nothing. A parser takes a second for each million of them."""
_OF_A_CELL: Final = 3
"""How many elements a cell or a text with something in it may have beside the empty ones."""
_STEP: Final = 1 << 18
_LONGEST_TAG: Final = 1 << 20
_MOST_NAMES: Final = 10_000
_DEEPEST: Final = 200
_MARKUP: Final = len("<si><t></t></si>")
_SMALLEST: Final = len('<c t="s"><v/></c>')
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")

Start = Callable[[str, dict[str, str]], None]


class UnusualPart(ValueError):
    """A part as no program writes it: the library may read it in another way than it is counted here."""


class TooManyElements(UnusualPart):
    """A part with millions of elements that hold nothing."""


class SharedTexts:
    """The lengths of the texts that cells refer to by number, and how much of them was referred to."""

    def __init__(self) -> None:
        self.lengths = array("q")
        self.longest = 0
        self.used = 0

    def measure(self, pieces: Iterable[bytes]) -> None:
        """Take the lengths from where each text begins to where the next begins.

        Raises:
            UnusualPart: A text is inside another, or there are two lists of texts.
            expat.ExpatError: The part is no XML.
        """
        if self.lengths:
            raise UnusualPart("two lists of texts")
        stream = _Stream()
        begins = array("q")

        def start(name: str, _attributes: dict[str, str]) -> None:
            last = stream.enter()
            if _local(name) == "si":
                if begins and _local(last) != "si":
                    raise UnusualPart("a text inside a text")
                at = stream.parser.CurrentByteIndex
                if begins and at - begins[-1] > _MARKUP and len(begins) <= MOST_CELLS:
                    stream.allow(_OF_A_CELL)
                begins.append(at)

        begins.append(stream.read(pieces, start))
        self.lengths.extend(max(0, after - begin - _MARKUP) for begin, after in pairwise(begins))
        self.longest = max(self.lengths, default=0)

    def refer(self, number: str) -> None:
        """Count one use of a text."""
        try:
            self.used += self.lengths[int(number)]
        except (ValueError, IndexError):
            self.used += self.longest

    def matter(self, size: int, most: int) -> bool:
        """Return whether sheets of so many bytes could refer to more than so much text."""
        return self.longest * (size // _SMALLEST) > most


class SheetExtent:
    """The last row and the last column of a sheet with a cell that holds something."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self._top = 0
        self._row_text = ""
        self._place = (0, 0)
        self._right = 0
        self._cells = 0
        self._columns: dict[str, int] = {}
        self.unvalued = (0, 0)
        """Row and column of the first cell with a formula and without a stored value; zeros where there is none."""

    def measure(self, pieces: Iterable[bytes], texts: SharedTexts | None) -> None:
        """Count a sheet, and the shared texts that it uses when they are given.

        Raises:
            UnusualPart: A cell is outside a row, or its place is no place, or there are too many cells.
            expat.ExpatError: The part is no XML.
        """
        stream = _Stream()
        in_row = is_open = shared = False

        def read(text: str) -> None:
            if shared and texts and not text.isspace():
                texts.refer(text)

        formulas = _Formulas(stream.parser, read if texts else None)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal in_row, is_open, shared
            last = stream.enter()
            if ":" in name:
                name = _local(name)
            formulas.enter(name, self._place)
            if name == "c":
                if not in_row or _local(last) == "row":
                    raise UnusualPart("a cell outside a row")
                self._move(attributes.get("r"))
                is_open, shared = True, formulas.begin_cell(attributes.get("t")) == "s"
            elif name == "row":
                stream.forget("")
                self._begin_row(attributes.get("r"))
                in_row, is_open, shared = True, False, False
            elif is_open:
                is_open = False
                self._fill()
                stream.allow(_OF_A_CELL)

        stream.read(pieces, start, read if texts else None)
        formulas.enter("row", self._place)
        self.unvalued = formulas.unvalued

    def too_large(self) -> bool:
        """Return whether the library would set up more cells than it may."""
        return self.row * self.column > MOST_CELLS

    def _begin_row(self, number: str | None) -> None:
        row = int(number) if number else self._top + 1
        self._top = max(self._top, row)
        self._row_text = str(row)
        self._right = 0
        self._place = (self._top, 0)

    def _move(self, reference: str | None) -> None:
        """Go to a cell: where its reference says, or beside the one before it."""
        if reference is None:
            row, column = self._top, self._right + 1
        else:
            row, column = self._top, self._columns.get(reference.removesuffix(self._row_text), 0)
            if not column:
                row, column = self._look_up(reference)
        self._right = max(self._right, column)
        self._place = (row, column)

    def _look_up(self, reference: str) -> tuple[int, int]:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise UnusualPart("a cell without a place")
        letters, row = match[1], int(match[2])
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - 64
        if match[2] == self._row_text:
            self._columns[letters] = column
        self._top = max(self._top, row)
        return row, column

    def _fill(self) -> None:
        row, column = self._place
        self.row = max(self.row, row)
        self.column = max(self.column, column)
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise UnusualPart("more cells than their places")


class _Formulas:
    """Whether each cell with a formula has a stored value; one that computes a text may have an empty one."""

    def __init__(self, parser: expat.XMLParserType, usual: Callable[[str], None] | None) -> None:
        self.unvalued = (0, 0)
        self._parser = parser
        self._usual = usual
        self._kind: str | None = None
        self._open = self._looks = False

    def begin_cell(self, kind: str | None) -> str | None:
        """Take the kind of a cell that begins, and return it."""
        self._kind = kind
        return kind

    def enter(self, name: str, place: tuple[int, int]) -> None:
        """Take an element that begins; ``place`` is where the last cell stands."""
        if self._looks:
            self._looks = False
            self._parser.CharacterDataHandler = self._usual
        if name == "f":
            self._open = self._kind != "str"
        elif self._open and name == "v":
            self._looks = True
            self._parser.CharacterDataHandler = self._stored
        elif self._open and name in ("c", "row"):
            self._open = False
            if self.unvalued == (0, 0):
                self.unvalued = place

    def _stored(self, text: str) -> None:
        self._open = self._open and text.isspace()
        if self._usual:
            self._usual(text)


class _Stream:
    """A parser that keeps little: no declarations of types, no long tags, no deep nesting, few names."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self.parser = expat.ParserCreate("utf-8", None, self._names)
        self.parser.buffer_text = True
        self._ended: list[str] = []
        self._entered = 0
        self._left = MOST_EMPTY

    def allow(self, elements: int) -> None:
        """Let so many more elements begin."""
        self._left += elements

    def enter(self) -> str:
        """Count an element that begins; return the name of the last one that ended."""
        ended = self._ended
        self._entered += 1
        self._left -= 1
        if self._left < 0:
            raise TooManyElements("millions of empty elements")
        if len(ended) > _DEEPEST:
            self.forget(ended[-1])
        if self._entered - len(ended) > _DEEPEST:
            raise UnusualPart("elements in elements")
        return ended[-1] if ended else ""

    def forget(self, last: str) -> None:
        """Drop the names of the elements that ended, and take another as the last one."""
        if self._ended:
            self._entered -= len(self._ended) - 1
            self._ended[:] = [last]

    def read(self, pieces: Iterable[bytes], start: Start, text: Callable[[str], None] | None = None) -> int:
        """Read a part; return its length."""
        parser = self.parser
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = start
        parser.EndElementHandler = self._ended.append
        if text:
            parser.CharacterDataHandler = text
            parser.CommentHandler = parser.ProcessingInstructionHandler = _refuse
        length = 0
        for piece in pieces:
            for begin in range(0, len(piece), _STEP):
                step = piece[begin : begin + _STEP]
                parser.Parse(step, False)
                length += len(step)
                if length - parser.CurrentByteIndex > _LONGEST_TAG or len(self._names) > _MOST_NAMES:
                    raise UnusualPart("a long tag or many names")
        parser.Parse(b"", True)
        return length


def _refuse(*_: object) -> Never:
    raise UnusualPart("a declaration of types or a remark")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
