"""What the institution says of its services: how to get them, how to use them, how complete it is."""
