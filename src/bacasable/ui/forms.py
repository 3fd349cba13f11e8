"""How every form of the site is drawn: ``FORM_RENDERER`` names :class:`FormRenderer`."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draw forms and fields with our templates; those of widgets stand under ``templates/django/forms``."""

    form_template_name = "ui/form/form.html"
    field_template_name = "ui/form/field.html"
