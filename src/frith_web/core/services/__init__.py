"""Every write of this room: keyword-only, atomic."""
