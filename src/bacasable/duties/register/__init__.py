"""What each service declares, public or not; what it knows about me; the notices of its forms."""
