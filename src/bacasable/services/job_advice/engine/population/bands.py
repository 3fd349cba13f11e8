"""Bands of age and levels of diploma of synthetic people."""

#: Bands of age of the tables of the labour market, and the years at which they begin.
AGES = ("15-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60 and over")
FIRST_YEARS = (17, 25, 30, 35, 40, 45, 50, 55, 60)
#: Levels of diplomas; 0 for none.
LEVELS = (0, 3, 4, 5, 6, 7, 8)
