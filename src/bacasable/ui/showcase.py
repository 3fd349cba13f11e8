"""Example data of the components page."""


def examples(request):
    return {}


def rgaa_grid():
    return []
