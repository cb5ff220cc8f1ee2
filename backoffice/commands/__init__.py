"""The subcommands of `backoffice`, by what they are about."""
