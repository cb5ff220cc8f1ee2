"""What the execution log tells about many cases at once."""
