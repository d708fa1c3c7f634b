"""Who is treated: indications, their baseline and virtual populations that any seed reproduces."""
