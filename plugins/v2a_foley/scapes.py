"""All backgrounds, as data: which phrases name them and which module makes them. A new one is a line and a function."""

from __future__ import annotations

from v2a_foley.words import Known

ATMOS: tuple[Known, ...] = (
    Known("rain", "rain", ("rain", "rainfall", "drizzle", "downpour", "rainstorm", "rainy")),
    Known(
        "trees",
        "wind",
        ("wind in trees", "wind in leaves", "rustling leaves", "rustling trees", "leaves in wind"),
    ),
    Known(
        "gap",
        "wind",
        ("wind through gap", "wind whistling", "howling wind", "draught", "wind through window"),
    ),
    Known("snow", "wind", ("snow", "snowfall", "falling snow", "snowy", "winter")),
    Known("wind", "wind", ("wind", "breeze", "gale", "windy", "gust")),
    Known("sea", "water", ("sea", "ocean", "waves", "surf", "beach", "shore", "seaside")),
    Known("stream", "water", ("stream", "brook", "creek", "river", "running water", "waterfall")),
    Known("fire", "fire", ("fire", "campfire", "fireplace", "flames", "bonfire", "burning")),
    Known("birds", "wildlife", ("birds", "birdsong", "dawn chorus", "bird", "songbirds", "garden")),
    Known(
        "crickets", "wildlife", ("crickets", "night insects", "insects", "cicadas", "summer night", "night")
    ),
    Known("forest", "wildlife", ("forest", "woods", "woodland", "jungle")),
    Known("road", "traffic", ("road", "traffic", "highway", "motorway", "cars", "freeway")),
    Known("city", "traffic", ("city", "street", "town", "urban", "downtown")),
    Known(
        "murmur",
        "crowd",
        ("crowd", "murmur", "people talking", "chatter", "voices", "walla", "audience", "people"),
    ),
    Known("restaurant", "crowd", ("restaurant", "cafe", "bar", "diner", "canteen", "pub")),
    Known("office", "rooms", ("office", "open plan")),
    Known(
        "room",
        "rooms",
        ("room", "room tone", "room air", "interior", "indoors", "hall", "house", "silence", "ambience"),
    ),
    Known("cave", "rooms", ("cave", "cavern", "tunnel", "grotto")),
    Known("underwater", "rooms", ("underwater", "under water", "submerged", "diving")),
    Known("space", "rooms", ("space", "outer space", "spaceship", "drone", "cosmos")),
    Known(
        "hum",
        "machines",
        (
            "hum",
            "machine hum",
            "machine",
            "factory",
            "generator",
            "server room",
            "refrigerator",
            "air conditioning",
            "ventilation",
        ),
    ),
    Known("aeroplane", "machines", ("aeroplane", "airplane cabin", "airplane", "plane", "cabin", "aircraft")),
    Known("train", "machines", ("train", "train cabin", "railway", "carriage", "subway")),
)
