"""Work under fire: cases run while every part of the platform is killed; nothing may be lost.

    python -m tests.chaos [--instances 2000] [--kills 100]

model ─► driver ─► web ─► PostgreSQL ◄─ workers, scheduler ─► partner ─► ledger ─► verdict
                    ╰──────────── monkey kills them ──────────╯
"""
