"""What to say where a file or a folder that somebody named cannot be read or written."""

from __future__ import annotations

from pathlib import Path


def unreadable(path: Path, fault: OSError) -> str:
    """Return why a file or folder cannot be read, and what to do where that is known."""
    match fault:
        case FileNotFoundError():
            return f"there is no {path}"
        case IsADirectoryError():
            return f"{path} is a folder; name a file in it"
        case NotADirectoryError():
            return f"{path} cannot be read: a part of it before the last / is a file and no folder"
        case PermissionError():
            return f"you have no permission to read {path}"
        case _:
            return f"{path} cannot be read: {fault.strerror}"


def unwritable(path: Path, fault: OSError) -> str:
    """Return why a file or folder cannot be written, and what to do where that is known."""
    match fault:
        case FileNotFoundError():
            return f"there is no folder {path.parent}; make it first, or name another"
        case IsADirectoryError():
            return f"{path} is a folder; name a file in it"
        case NotADirectoryError() | FileExistsError():
            return f"{path} cannot be written: a part of it that must be a folder is a file"
        case PermissionError():
            return f"you have no permission to write {path}; name another place"
        case _:
            return f"{path} cannot be written: {fault.strerror}"


def cannot_write(path: Path) -> str:
    """Return why a file that is to be written later cannot be written; empty where nothing stands against it.

    The file is made if it is not there, and taken away again.
    """
    known = path.exists()
    try:
        with path.open("ab"):
            pass
        if not known:
            path.unlink()
    except OSError as fault:
        return unwritable(path, fault)
    return ""
