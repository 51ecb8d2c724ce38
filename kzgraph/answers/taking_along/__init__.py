"""Answers for other programs: Word files, spreadsheets, bibliographies, and briefs with answers in them."""
