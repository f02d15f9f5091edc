"""The machine-readable result: what a report publishes, as JSON that is attached to its PDF and can be read again."""

from assessor.record.model import Made, Record, RecordError, schema
from assessor.record.reading import basis, differences, read, unsound
from assessor.record.writing import record_of, written

__all__ = ["Made", "Record", "RecordError", "basis", "differences", "read", "record_of", "schema", "unsound", "written"]
