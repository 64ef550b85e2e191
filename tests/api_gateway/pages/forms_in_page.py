"""The forms of a page, as the simulated years fill them in, too."""

from workers.embedded.year.page_forms import PageForm, form_to, forms_in

__all__ = ("PageForm", "form_to", "forms_in")
