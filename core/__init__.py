"""What every feature stands on: settings, rows, time, people, errors. Knows no feature."""
