"""Which contexts of work go against what a person cannot do or the hours that they refuse.

Labels are those of the ROME's archive of contexts, word for word: read once, line by line, and written here.
"""

from bacasable.services.job_advice.engine.profiles import Hours, Limit

LIMITS: dict[str, Limit] = {
    "Port et manipulation de charges lourdes ou encombrantes": "no_heavy_loads",
    "Station debout prolongée": "no_long_standing",
    "Travail répétitif ou cadence imposée": "no_repeated_gestures",
    "En grande hauteur": "no_height",
    "Risques de chutes": "no_height",
    "En environnement bruyant": "no_noise",
    "En extérieur": "no_outdoor_work",
    "En environnement climatique difficile": "no_outdoor_work",
    "Sur chantier": "no_outdoor_work",
    "Déplacements professionnels": "no_driving",
    "Manipulation de produits à risques": "no_chemicals",
    "Exposition possible à gaz, aérosol, fumées ...": "no_chemicals",
    "En contact avec du public": "no_crowd",
}
HOURS: dict[str, Hours] = {
    "Travail de nuit": "night",
    "Travail le samedi": "weekend",
    "Travail le dimanche": "weekend",
    "Travail les week-ends et jours fériés": "weekend",
    "Travail en horaires décalés": "evening",
    "Travail posté (2x8, 3x8, 5x8, etc.)": "shifts",
    "Travail par roulement": "shifts",
    "Travail en horaires fractionnés": "split_days",
    "Travail en astreinte": "on_call",
    "Mobilisable en urgence": "on_call",
}
