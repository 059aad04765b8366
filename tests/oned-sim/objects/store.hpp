// The world in a file, so that a restarted simulator still knows its objects.
#pragma once

#include "common/result.hpp"
#include "tests/oned-sim/objects/world.hpp"

#include <optional>
#include <string>

namespace onedsim {

std::string to_json(const World& world);
one::Result<World> world_from_json(const std::string& text);

class Store {
public:
    /// An empty directory keeps nothing.
    explicit Store(std::string directory) : directory_(std::move(directory)) {}

    /// Nothing where there is no file yet.
    [[nodiscard]] one::Result<std::optional<World>> load() const;
    /// Writes beside the file and renames, where something changed.
    one::Result<> save(const World& world);

private:
    std::string directory_;
    std::string last_{};
};

}  // namespace onedsim
