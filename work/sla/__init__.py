"""SLA clocks: how long a case, a stage or a task may take in business time, and what happens then.

    log of a case ──follow──▶ clocks ──fire──▶ mails, weights, assignments, escalations
                                 ▲
    calendars, targets ──────────╯

The engine writes its log and knows no clock. `follow` reads what was logged since it last looked
and starts, pauses, resumes and stops clocks at the moments that the log tells, so nothing is lost
when it comes late. `fire` does what the points of a clock say once their moment has come.
"""
