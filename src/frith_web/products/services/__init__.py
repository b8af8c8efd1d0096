"""Every write of this room: what was published, frozen. Here the library's methods are called."""
