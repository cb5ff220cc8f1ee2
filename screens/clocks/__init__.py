"""SLA clocks as the case page, the task page and the list of tasks show them."""
