"""The kit for plugin authors: contracts that every plugin keeps, and a host that discovers nothing."""

from v2a.testing.makers import bench, film, request, requests

__all__ = ["bench", "film", "request", "requests"]
