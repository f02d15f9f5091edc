"""The JSON Schemas of what PDFs carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.record.model import Record
from assessor.record.repeats import ComparisonRecord, TrendRecord

if TYPE_CHECKING:
    from assessor.record.model import Part

MADE_BY: dict[str, type[Part]] = {"report": Record, "compare": ComparisonRecord, "trend": TrendRecord}


def schema(command: str = "report") -> dict[str, Any]:
    """Return the JSON Schema of what is attached to the PDF that a command writes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Made from the code by `assessor {command} --schema`.",
        **MADE_BY[command].model_json_schema(),
    }
