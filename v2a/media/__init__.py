"""Files and programs: probe, decode, sound files, resample, mux. Public: plugins may use it."""
