"""Plans, priorities, commitments, targets and measure definitions: dated, with a crosswalk."""
