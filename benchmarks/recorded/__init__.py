"""A sound library of any size, rendered under names made of sound words, and what people ask of one."""
