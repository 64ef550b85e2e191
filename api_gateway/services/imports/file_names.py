"""What an import calls the files that were sent."""

from collections.abc import Sequence


def names_of_files(sent: Sequence[str]) -> list[str]:
    """Return the names of files: with the folder where several have the same, and with a number where none is sent."""
    paths = [
        [part.strip()[:100] for part in name.replace("\\", "/").split("/") if part.strip()] for name in sent
    ]
    short = ["/".join(path[-1:]) or "list" for path in paths]
    long = [
        "/".join(path[-2:]) if short.count(name) > 1 and len(path) > 1 else name
        for path, name in zip(paths, short, strict=True)
    ]
    before = [long[:at].count(name) for at, name in enumerate(long)]
    return [f"{name} ({again + 1})" if again else name for name, again in zip(long, before, strict=True)]
