"""The partnership's site: rooms by the partnership's own cycle; the library knows none of it."""
