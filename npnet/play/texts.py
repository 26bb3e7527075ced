"""The texts of the page that no other module has, by the names that its scripts know them by."""

TEXTS: dict[str, str] = {
    "title": "npnet play",
}
