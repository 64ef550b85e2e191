"""Files on disk: program files, form files, TOML with line numbers."""
