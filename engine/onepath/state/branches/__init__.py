"""The branches of phases: what is on them, what the next landing does to each, and withdrawal."""
