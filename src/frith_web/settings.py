"""Placeholder until the site's settings land."""

SECRET_KEY = "x"
INSTALLED_APPS: list[str] = []
USE_TZ = True
