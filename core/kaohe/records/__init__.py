"""Facts outside a database: JSON and XLSX records, and the templates people fill in."""

from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.records.reading import Record, read_record
from kaohe.records.rolls import Roll, read_roll

__all__ = ["Record", "RecordErrors", "RecordProblem", "Roll", "read_record", "read_roll"]
