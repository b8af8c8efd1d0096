"""Every write of this room: keyword-only, atomic, with its row in the log."""
