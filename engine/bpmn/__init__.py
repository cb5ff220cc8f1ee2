"""BPMN below the database: read, check, run, and describe a process model."""
