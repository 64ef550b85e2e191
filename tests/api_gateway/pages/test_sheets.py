"""The sheets and scripts of pages: nothing in them that is not ours to use, and addresses that may be kept."""

import base64
import hashlib
import json
import re

import pytest

from api_gateway.pages import static
from deploy import vendor_pages

VENDOR = static.FOLDER / "vendor"


def test_a_sheet_loses_fonts_marks_and_images_and_nothing_else() -> None:
    sheet = (
        '@charset "UTF-8";:root{--a:#fff}/*! a font */@font-face{font-family:GDS Transport;src:url(/a.woff2)}'
        ".a{font-family:GDS Transport,arial,sans-serif}.b__crown{margin:0}.c:before{content:url(x.svg)}"
        "@media print{.d{color:red}.e{background:URL(x)}}@supports (a:b){.f-crest{top:0}}.g{top:0}\n"
        "/*# sourceMappingURL=a.css.map */\n"
    )
    assert vendor_pages.stripped(sheet) == (
        f'@charset "UTF-8";:root{{--a:#fff}}.a{{font-family:{vendor_pages.SANS}}}'
        "@media print{.d{color:red}}.g{top:0}"
    )


@pytest.mark.parametrize(
    "name", sorted(path.name for path in VENDOR.glob("*.[cj]s*") if path.suffix != ".json")
)
def test_a_copied_sheet_or_script_holds_no_font_and_no_mark_and_is_what_was_copied(name: str) -> None:
    body = (VENDOR / name).read_bytes()
    words = vendor_pages.FORBIDDEN if name.endswith(".css") else vendor_pages.FORBIDDEN[:-1]
    assert [word for word in words if word.lower() in body.decode().lower()] == []
    assert "sourceMappingURL" not in body.decode()
    listed = json.loads((VENDOR / "integrity.json").read_text())
    assert listed[name] == "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def test_the_licenses_of_what_is_copied_stand_beside_it() -> None:
    assert "MIT License" in (VENDOR / "govuk-frontend-license.txt").read_text()
    assert "BSD" in (VENDOR / "htmx-license.txt").read_text()
    assert {path.suffix for path in VENDOR.iterdir()} == {".css", ".js", ".json", ".txt", ""}


def test_a_lock_names_no_address() -> None:
    lock = (vendor_pages.LOCK / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "://" not in lock


def test_our_own_sheets_load_nothing_and_every_color_is_a_value_of_the_theme() -> None:
    office = (static.FOLDER / "own" / "office.css").read_text()
    theme = (static.FOLDER / "own" / "theme.css").read_text()
    assert "url(" not in office + theme
    assert "@import" not in office + theme
    screen = office.partition("@media print")[0]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", screen) == []
    used, known = set(re.findall(r"var\((--[\w-]+)\)", office)), set(re.findall(r"(--[\w-]+):", theme))
    assert used <= known


def test_addresses_have_the_digest_of_everything_that_pages_load() -> None:
    address = static.address("own/office.css")
    assert address == f"/static/{static.present_digest()}/own/office.css"
    with pytest.raises(KeyError):
        static.address("own/unknown.css")
