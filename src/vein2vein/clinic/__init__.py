"""The clinic: one cohort, drawn, infused and followed by the ward's rules and at visits, and how it is read."""
