"""The study: everything that is run for it, section by section of the notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas

from npnet.derivations import Report
from npnet.experiments.claims import VERDICTS, Claim, Finding, Verdict
from npnet.experiments.errata import Erratum, Shown
from npnet.study.content import RunSettings, Section


class Tested(NamedTuple):
    """A claim with what was found about it."""

    claim: Claim
    finding: Finding


class Corrected(NamedTuple):
    """An erratum with what running it shows."""

    erratum: Erratum
    shown: tuple[Shown, ...]


@dataclass
class Study:
    """All that was run, and the results."""

    settings: RunSettings
    sections: list[Section] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    claims: list[Tested] = field(default_factory=list)
    errata: list[Corrected] = field(default_factory=list)

    def place(self, number: str) -> str:
        """Return the number of the section where something about a section of the notes is shown.

        That is the section itself, or the nearest one around it that the study has.
        """
        known = {section.number for section in self.sections}
        around = number
        while around not in known:
            around = around.rpartition(" " if " " in around else ".")[0]
            if not around:
                raise ValueError(f"number: expected a section in one of {', '.join(sorted(known))}, got {number!r}")
        return around

    def derived(self, section: Section) -> list[Report]:
        """Return the derivations of a section, first those that it is about."""
        found = [report for report in self.reports if self.place(report.derivation.section) == section.number]
        return sorted(found, key=lambda report: not report.derivation.opened)

    def tested(self, section: Section) -> list[Tested]:
        """Return the claims of a section."""
        return [item for item in self.claims if self.place(item.claim.section) == section.number]

    def corrected(self, section: Section) -> list[Corrected]:
        """Return the errata of a section."""
        return [item for item in self.errata if self.place(item.erratum.section) == section.number]

    def children(self, section: Section | None = None) -> list[Section]:
        """Return the sections directly inside a section; the parts of the notes without one."""
        return [child for child in self.sections if child.parent == (section.number if section else "")]

    @property
    def lines(self) -> int:
        """How many lines the derivations have."""
        return sum(len(report.checks) for report in self.reports)

    @property
    def compared(self) -> int:
        """How many lines have one before them, which they are compared with."""
        return self.lines - len(self.reports)

    @property
    def symbolic(self) -> int:
        """How many lines were compared with the line before on symbols."""
        return sum(report.symbolic for report in self.reports)

    def verdicts(self) -> dict[Verdict, int]:
        """Return how many claims have each verdict."""
        found = [item.finding.verdict for item in self.claims]
        return {verdict: found.count(verdict) for verdict in VERDICTS}


def claims_frame(claims: Sequence[Tested]) -> pandas.DataFrame:
    """Return a table with one row for each measured number of each claim."""
    return pandas.DataFrame(
        [
            {
                "claim": claim.name,
                "section": claim.section,
                "statement": claim.statement,
                "verdict": finding.verdict,
                "found": finding.text,
                "measured": measure.what,
                **measure.value.columns("value"),
            }
            for claim, finding in claims
            for measure in finding.measures.values()
        ]
    )


def errata_frame(errata: Sequence[Corrected]) -> pandas.DataFrame:
    """Return a table with one row for each thing that running each erratum shows."""
    return pandas.DataFrame(
        [
            {
                "erratum": erratum.name,
                "section": erratum.section,
                "title": erratum.title,
                "problem": erratum.problem,
                "the notes' form": erratum.printed,
                "the right form": erratum.right,
                "where": erratum.where,
                "shown": what,
                "the notes' form gives": printed,
                "the right form gives": right,
            }
            for erratum, shown in errata
            for what, printed, right in shown
        ]
    )


def derivations_frame(reports: Sequence[Report]) -> pandas.DataFrame:
    """Return a table with one row for each line of each derivation."""
    return pandas.DataFrame(
        [
            {
                "derivation": report.derivation.name,
                "section": report.derivation.section,
                "line": check.number,
                "formula": check.line.latex,
                "code": check.line.code,
                "reason": check.line.reason,
                "numbers compared": check.points,
                "discrepancy": check.discrepancy,
                "symbolic": check.symbolic or "",
                "holds": bool(check),
            }
            for report in reports
            for check in report.checks
        ]
    )
