"""Bring the catalogue up to date, ``python -m tests.locale``: with each text, and without those that nobody shows."""

from tests.locale import catalogue, extraction

found = catalogue.updated(catalogue.read(), extraction.texts())
catalogue.write(found)
missing = catalogue.untranslated(found)
(extraction.ROOT / "tests" / "locale" / "untranslated.txt").write_text(
    "".join(f"{text}\n" for text in missing), "utf-8"
)
print(f"{len(catalogue.messages(found))} texts, {len(missing)} without a translation")
