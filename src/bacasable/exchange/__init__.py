"""How we talk to the outside, without Django: mail, documents, encrypted files."""
