"""data.police.uk: street-level crimes and outcomes, by force and month."""
