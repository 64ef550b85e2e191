"""Stage application: a mentee asks for mentoring, and the rules or a person accept or refuse."""
