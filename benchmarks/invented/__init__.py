"""Posts that nobody wrote, as many as asked for: what speed and memory are measured with."""
