"""What `benchmarks.quality` measures, one file a subject, each with `measure(data) -> Iterator[Figure]`."""
