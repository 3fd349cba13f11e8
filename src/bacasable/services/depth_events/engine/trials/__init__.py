"""What the controls try: posts of an edge played on simulated scenes, memory looked through, outputs read."""
