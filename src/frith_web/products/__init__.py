"""Whatever looks across rooms: home, the published profile. Writes only what it publishes."""
