"""Lists → multiple-systems estimate → interval, or a refusal. Nothing here names a person."""
