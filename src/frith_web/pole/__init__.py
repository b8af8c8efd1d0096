"""Nominals, objects, locations and events: as recorded, no judgement."""
