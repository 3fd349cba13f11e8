"""The pages of depth events: board, public page, register of filmed zones."""
