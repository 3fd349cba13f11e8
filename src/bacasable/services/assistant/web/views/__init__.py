"""Pages: asking, conversations, replies, sheets, and the library's administration."""
