"""Models in and out of SBML, the exchange format of systems biology (needs the extra ``sbml``)."""
