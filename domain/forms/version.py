"""Which changes of a form need a new version: every change of what it says, in any language, or of what it asks.

Signed and stored answers name the version of their form, so one version has one text for good. The digest of the text
stands in the rules of each program that uses the form; a form that was changed without a new version has another.
"""

import hashlib

from domain.codec import text_of
from domain.forms.model import Form


def form_digest(form: Form) -> str:
    """Return the digest of all that a form says, in 64 hex digits."""
    return hashlib.sha256(text_of(form).encode()).hexdigest()


def version_fault(form: Form, digest: str | None) -> str:
    """Return the code for a form that was changed without a new version, or an empty string.

    ``digest`` was taken of the same version; None if none was taken.
    """
    return "form_changed" if digest is not None and digest != form_digest(form) else ""
