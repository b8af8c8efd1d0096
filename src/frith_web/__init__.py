"""The partnership's site. Rooms follow the partnership's own cycle; the library knows none of it."""
