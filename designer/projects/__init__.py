"""Projects: processes, decisions, forms and scenarios that belong together.

models.py     rows: a project, and which files are its own
keeping.py    begun, renamed, archived; files moved
listing.py    the files of a project with their state
running.py    all scenarios of a project, and branches that none covers
deploying.py  all that changed as one deployment: changes and problems, told and then done
replaying.py  real cases of its processes on all that is drawn, before it is deployed
canonical.py  files as text that stays the same while they say the same
archives.py   ZIPs: written alike each time, read with suspicion
folders.py    a project as the folder that `backoffice deploy` and `test` take
importing.py  such a folder, first looked at, then taken
"""
