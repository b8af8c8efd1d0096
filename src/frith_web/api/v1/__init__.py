"""The first version: its addresses, its shapes, and what each collection holds."""
