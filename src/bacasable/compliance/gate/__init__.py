"""The gate: the sanctioned door to declared data.

    gate = Gate(PROCESSING, journal=journal, pseudonyms=KeyStore.from_file(path))
    asked = gate.admit(purpose="detect_leak", data_set="water.Reading", fields=("litres", "member"))
    for row in asked.rows(Reading.objects.filter(day=today)): ...

What is not declared for the purpose is refused, with the lines to add; what passes has the admitted columns
and no other, pseudonymised or redacted where the declaration says so, and is journalled before it leaves.
"""

from bacasable.compliance.gate.admission import Admission
from bacasable.compliance.gate.opening import Gate
from bacasable.compliance.gate.refusals import NotYet
from bacasable.compliance.gate.sources import Row, Rows, Tables
from bacasable.compliance.processing import Undeclared

__all__ = ["Admission", "Gate", "NotYet", "Row", "Rows", "Tables", "Undeclared"]
