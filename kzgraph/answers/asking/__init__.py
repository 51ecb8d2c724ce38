"""A question is asked: of which store, as of which day, within which time, and with the sources of its rows."""
