"""What Home Assistant needs to find a station by itself: one retained message for each thing that it shows.

Source: Home Assistant, "MQTT discovery", topics ``homeassistant/<component>/<object>/config``.
"""

import json
from collections.abc import Iterator

from bacasable.services.depth_events.engine.edge.configuration import Configuration
from bacasable.services.depth_events.engine.edge.plans import SensorPlan

#: An alert that nobody ended goes off by itself: one that goes on is told each ten seconds.
_OFF_S = 60


def discovery(configuration: Configuration) -> Iterator[tuple[str, bytes]]:
    """Yield the topics and payloads that announce each sensor: problem, occupancy, and one alert an event."""
    for plan in configuration.sensors:
        for component, what, entity in _entities(configuration, plan):
            unique = f"{configuration.station.key}_{plan.key}_{what}"
            announced = {
                "unique_id": unique,
                "object_id": unique,
                "availability_topic": configuration.topics.available,
                "device": {
                    "identifiers": [f"bacasable_{configuration.station.key}_{plan.key}"],
                    "name": plan.title,
                    "manufacturer": "bacasable",
                    "model": f"{plan.mode}, {plan.setting}",
                    "suggested_area": configuration.station.title,
                },
                **entity,
            }
            topic = f"{configuration.home_assistant}/{component}/{unique}/config"
            yield topic, json.dumps(announced, ensure_ascii=False, separators=(",", ":")).encode()


def _entities(configuration: Configuration, plan: SensorPlan) -> Iterator[tuple[str, str, dict[str, object]]]:
    topics = configuration.topics
    yield (
        "binary_sensor",
        "problem",
        {
            "name": "state",
            "device_class": "problem",
            "state_topic": topics.of_sensor(plan.key, "state"),
            "value_template": "{{ 'OFF' if value_json.state == 'ok' else 'ON' }}",
            "entity_category": "diagnostic",
        },
    )
    occupancy = topics.of_sensor(plan.key, "occupancy")
    if plan.mode == "statistics":
        # Too few to be told: unknown, which is not none.
        template = "{{ 'None' if value == 'null' else value }}"
        shown: dict[str, object] = {
            "name": "occupancy",
            "state_topic": occupancy,
            "value_template": template,
            "state_class": "measurement",
            "icon": "mdi:account-group",
        }
        yield "sensor", "occupancy", shown
        return
    template = "{{ 'None' if value == 'null' else 'ON' if value | int(0) > 0 else 'OFF' }}"
    yield (
        "binary_sensor",
        "occupancy",
        {
            "name": "occupancy",
            "device_class": "occupancy",
            "state_topic": occupancy,
            "value_template": template,
        },
    )
    for event in plan.events:
        # A message of another sensor or event gives nothing, and nothing changes nothing.
        of_it = f"value_json.incident.sensor == '{plan.key}' and value_json.incident.kind == '{event}'"
        template = "{% if " + of_it + " %}{{ 'OFF' if value_json.type == 'end' else 'ON' }}{% endif %}"
        yield (
            "binary_sensor",
            event,
            {
                "name": event.replace("_", " "),
                "device_class": "safety",
                "state_topic": topics.events,
                "value_template": template,
                "off_delay": _OFF_S,
            },
        )
