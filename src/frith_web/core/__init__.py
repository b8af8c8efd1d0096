"""What every room stands on: accounts, signing in, markings, declarations, error pages, health."""
