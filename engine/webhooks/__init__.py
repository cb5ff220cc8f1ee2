"""Signed outgoing webhooks: telling other systems what happens in cases.

    event ──▶ delivery row, in the transaction of the event (events.py)
    delivery: take ──▶ call (no transaction is open) ──▶ settle (deliveries.py, jobs.py)

At least once, in no promised order; ids of one instance's events sort by the order of its history.
"""
