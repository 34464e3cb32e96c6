"""Small institution sites to try eindekss on, and the server that shows them on loopback."""
