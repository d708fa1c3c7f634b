"""The cytokine storm: IFN-γ, myeloid activation, IL-6 and the acute phase."""
