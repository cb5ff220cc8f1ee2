"""Runs BPMN and DMN: definitions, instances and all they wait for. Knows no web and no queue."""
