"""Value of information: what it would be worth to know more, about what, and where to spend on it."""
