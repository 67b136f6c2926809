"""What a reader can say to Tuibao, and what it answers: one noun a file, no platform anywhere."""
