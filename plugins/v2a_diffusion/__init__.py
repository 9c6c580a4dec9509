"""A toolkit for diffusion of sound: paths of noise, schedules, solvers, guidance, networks and training.

Sampling takes seven small things, each a value or a function that goes with any of the others:

    model = Model(network, straight(), FLOW, {"text": text})         # paths, objectives
    guided = classifier_free(model, {"text": nothing}, scale=5.0)    # guidance
    draws = Draws.seeded([42])                                       # draws: a generator for every item
    start = model.path.start(draws.normal((64, 194)))
    latents = euler(guided, start, uniform(model.path, 24), draws)   # schedules, solvers
    failed = broken(latents)

`posterior` goes on from a tail, fills gaps and restores; `wrapping` has diffusers' solvers; `timesteps` says where to
train; `toys` are data whose answers are known. Networks are in `transformer`, `unet`, `wavenet`, `statespace` and
`oobleck`, of the parts in `attention` and `conditioning`; `training`, `averaging`, `lora` and `losses` teach them.
"""
