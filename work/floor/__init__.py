"""The floor: how work and hands stand right now, for team leaders.

measures   what is counted, once for the numbers and for the lists behind them
snapshot   the numbers of all classes and the hands of today, shared by all who look
plan       the day against the same weekday of past weeks
supply     working time that is left today, and the work that asks for it, by skill
board      what one person may see of it
listing    the tasks and people behind a number
acting     what is done to all the tasks behind a number
"""
