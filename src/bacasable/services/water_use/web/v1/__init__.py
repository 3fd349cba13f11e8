"""The programming interface of the water service: releases, forecasts, one's own home; refusals with why."""
