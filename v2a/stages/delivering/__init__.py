"""The parts of delivering: where things go, the film, a part of it, the stems, and the report."""
