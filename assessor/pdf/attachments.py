"""The names under which figures are attached to a PDF, and what its reader is told about them."""

from __future__ import annotations

NAME, COMPARISON, TREND = "result.json", "comparison.json", "trend.json"
DESCRIPTIONS = {
    NAME: "The figures of this report, for machines",
    COMPARISON: "The figures of this comparison and of its two reports, for machines",
    TREND: "The figures of this report over time and of the reports in it, for machines",
}
