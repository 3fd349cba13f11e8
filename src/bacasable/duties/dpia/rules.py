"""Who may record an impact assessment, and what can be recorded; no Django here."""

from datetime import timedelta

from bacasable.compliance.service import N_, Permission

PERMISSIONS = (
    Permission("dpia.read", N_("see what is recorded of impact assessments, with the files"), ("dpo",)),
    Permission("dpia.record", N_("record that an impact assessment is validated, and revoke it"), ("dpo",)),
)

#: A review is planned three years ahead at most: guidelines WP 248 rev.01 advise it, no text of law does.
LONGEST_REVIEW = timedelta(days=3 * 366)
#: The largest file that is kept with a record, in bytes, and how its name may end.
LARGEST_BYTES = 20 * 1024 * 1024
ENDINGS = (".pdf", ".docx", ".odt", ".json")
