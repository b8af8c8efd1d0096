"""Views of this room: each asks one selector or one service."""
