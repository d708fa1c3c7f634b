"""The construct: CAR parts → protein → codon-optimised DNA → lentiviral transfer vector, checked.

``spec`` says what is wanted, ``library`` what there is; ``car`` makes the protein, ``coding`` its DNA,
``plasmid`` the vector; ``*_checks`` hold each against its limits; ``design.design_construct`` does it all in
one call and ``outputs.write_construct`` writes it down. ``review.review_plasmid`` runs the same checks on a
plasmid that somebody else made. ``drivers.ConstructDrivers`` is the one record that later stages read.
"""
