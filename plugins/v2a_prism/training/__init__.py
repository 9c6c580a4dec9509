"""Training on a user's own folder: what lies in it, its features and latents, the lesson made of them, and its result."""
