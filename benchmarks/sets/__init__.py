"""Generated sets: places inside and outside, by day and at night, each seen from several camera positions."""
