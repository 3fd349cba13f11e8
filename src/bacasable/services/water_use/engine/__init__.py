"""The library: readings, the daily job, leaks, similar homes, forecasts. No web, no law."""
