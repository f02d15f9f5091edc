"""The machine-readable result: what a report publishes, as JSON that is attached to its PDF and can be read again."""

from assessor.record.model import Made, Record, RecordError
from assessor.record.moves import (
    compared,
    followed,
    repeat_differences,
    told_of,
    written_comparison,
    written_trend,
)
from assessor.record.reading import basis, differences, faults, read, unsound
from assessor.record.repeats import ComparisonRecord, TrendRecord
from assessor.record.schemas import schema
from assessor.record.writing import bare, record_of, written

__all__ = [
    "ComparisonRecord",
    "Made",
    "Record",
    "RecordError",
    "TrendRecord",
    "bare",
    "basis",
    "compared",
    "differences",
    "faults",
    "followed",
    "read",
    "record_of",
    "repeat_differences",
    "schema",
    "told_of",
    "unsound",
    "written",
    "written_comparison",
    "written_trend",
]
