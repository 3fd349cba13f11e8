"""The programming interface of job advice: titles coded, opinions, versions; refusals with why."""
