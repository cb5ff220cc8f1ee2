"""Runs BPMN and DMN: deployments, instances and everything they wait for. Knows no web, no queue."""
