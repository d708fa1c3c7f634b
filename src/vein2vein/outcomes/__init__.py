"""What the clinic sees of simulated patients.

``trajectories`` are what the simulation hands over; ``kinetics``, ``assessment`` (by the rules of
``response``), ``toxicity`` and ``b_cells`` read them; ``cure`` and ``survival`` say how it ends, ``lineages``
and ``birth_death`` check the first, ``kaplan_meier`` and ``binomial`` put intervals around the second;
``summary`` collects everything of one patient in one row. ``grading`` holds the consensus grades from
bedside findings.
"""
