"""PrismAudio: sound from picture and a chain of thought, in our own implementation that loads the published weights."""
