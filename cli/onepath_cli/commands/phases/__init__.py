"""Phases: shown, landed, reviewed, verified, published, taken back."""
