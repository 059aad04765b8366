# Lets OpenNebula's drivers find the gems that came with the package; without their folder nothing starts.
Gem.use_paths(File.realpath('/usr/share/one/gems'))
