"""How a client gets advice from the institution: by phone, by e-mail, online."""
