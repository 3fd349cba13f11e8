"""What the controls try: synthetic advisers and people, planted words, files that say too much."""
