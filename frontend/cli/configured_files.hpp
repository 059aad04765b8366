// Where `onefrontend configure` reads and writes: the files below a root directory.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"
#include "frontend/configure/render.hpp"

#include <string>

namespace onefrontend::cli {

struct Place {
    std::string root{};  // empty: /
    std::string from{};  // empty: the root
};

/// The files that are there: as they ship, or as they are now. A link is refused: whoever can put one there could have
/// us write somewhere else.
one::Result<configure::Texts> files_to_start_from(const Place& place);
one::Result<configure::Texts> files_there(const Place& place);

/// A file that is there keeps its mode and owner; a new one belongs to whoever owns its directory.
one::Result<> write_file(const Place& place, const configure::Target& target, const std::string& text);

/// The first line, without blanks around it.
one::Result<one::Secret> read_secret(const Place& place, const std::string& path);

}  // namespace onefrontend::cli
