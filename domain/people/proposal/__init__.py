"""The proposal of an import: what each row would change, what a person must answer, what the file must correct."""
