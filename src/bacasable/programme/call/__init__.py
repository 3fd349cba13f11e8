"""The call for projects: its text, rules, calendar, questions and results."""
