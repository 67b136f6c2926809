"""What holds of all tests: a property test fails by what it finds, never by how long a loaded machine took."""

from hypothesis import settings

settings.register_profile("tuibao", deadline=None)
settings.load_profile("tuibao")
