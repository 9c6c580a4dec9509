"""The table of stages over the content-addressed store, and the devices they run on; it knows nothing of sound."""
