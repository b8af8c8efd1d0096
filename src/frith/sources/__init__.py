"""One folder per publisher: addresses, download, verify, turn into tables."""
