"""What the programme costs, what it is worth, and where the next unit of research money should go."""
