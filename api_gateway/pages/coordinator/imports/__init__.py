"""The pages of an import: its lists, their columns, its questions, and taking it over."""
