"""The impact assessments that the controller validated: recorded, revoked, sent back to be reviewed."""
