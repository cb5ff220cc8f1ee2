"""DMN: decisions read, checked, compiled and evaluated."""
