"""The index behind the search: how words are compared, what is asked of it, and both databases."""
