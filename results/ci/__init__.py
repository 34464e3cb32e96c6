"""The gate for continuous integration: what fails it, what is accepted, formats that machines read."""
