"""Addresses that a request names to go on to: only a path of this office is followed."""


def own_path(address: str) -> str:
    r"""Return a path of this office as it was sent; nothing for any other address.

    Browsers take ``/\`` for ``//``, and leave tabs and line breaks out: both would lead to another site.
    """
    own = address.startswith("/") and not address.startswith("//")
    return address if own and "\\" not in address and address.isprintable() else ""
