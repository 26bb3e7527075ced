"""Mutants of npnet/saving/container.py."""

FUNCTIONS = [
    "write",
    "_laid_out",
    "_as_json",
    "read",
    "_check_header",
    "_settings",
    "_once",
    "_check_array",
    "_checked_flags",
]
EQUIVALENT = {
    "_check_array": {"without one and #0": "an array of so many elements takes at least 4 GB, which no test writes"}
}
