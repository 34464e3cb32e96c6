"""A run in the formats of build servers; each module writes one, from a run and the gate's verdict."""
