"""Manufacturing: from the apheresis bag to the released dose, and the queue in which patients wait.

One batch runs downhill through :mod:`collection`, :mod:`transduction`, :mod:`culture`, :mod:`finishing` and
:mod:`release`; :func:`~vein2vein.manufacturing.batches.simulate_batches` makes many of them at once, and
:func:`~vein2vein.manufacturing.queue.simulate_queue` sends a programme's patients through its centres.
"""
