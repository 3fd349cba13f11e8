"""What a sensor watches over: zones and lines on the floor, the furniture that is always there."""
