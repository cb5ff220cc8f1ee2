"""The command `backoffice`, and the processes that make up a running installation."""
