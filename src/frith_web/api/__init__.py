"""What other systems read: JSON behind API tokens, through the same gate as the pages."""
