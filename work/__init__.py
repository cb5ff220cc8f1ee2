"""Work: who does what, when."""
