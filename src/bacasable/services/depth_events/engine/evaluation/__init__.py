"""How well events are told at a setting: on simulated scenes, against what the simulator says is true."""

from bacasable.services.depth_events.engine.evaluation.scoring import Score, evaluate_events, watch_episode

__all__ = ["Score", "evaluate_events", "watch_episode"]
