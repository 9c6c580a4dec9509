"""Planners that think aloud: a vision-language model looks at frames and writes the reasoning and the cues."""
