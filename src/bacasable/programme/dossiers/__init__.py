"""The candidates' dossiers: drafts, attachments, versions, submission, receipt."""
