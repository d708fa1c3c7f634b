"""Drugs of the ward: tocilizumab and steroids."""
