# Stands where a migrator stands.
