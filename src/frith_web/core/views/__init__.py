"""Views of this room, one file a noun."""
