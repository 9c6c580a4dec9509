"""Films in which something strikes, lands, shuts or swings at times that are known by construction."""
