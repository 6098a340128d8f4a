"""What does testing cost? Each bench is a module: `python -m benches.journey`, or `make bench` for all of them.

Machines differ, and their load from minute to minute, so only ratios mean something: the modes of a bench take turns
in one process, round by round, and medians are compared. Nothing leaves loopback. Figures go to `benches/results.md`.
"""
