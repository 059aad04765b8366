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
    bool image = false;  // our own two files lie on the volume /etc/one: nothing else is writable there
};

/// Where a target lies, below the root.
std::string path_of(const Place& place, std::string_view target);

/// Errors name the file.
one::Result<configure::Settings> load_settings(const std::string& path);

/// The files that are there: as they ship, or as they are now. A link is refused: whoever can put one there could have
/// us write somewhere else.
one::Result<configure::Texts> files_to_start_from(const Place& place);
one::Result<configure::Texts> files_there(const Place& place);

/// A file that is there keeps its mode and owner; a new one belongs to whoever owns its directory.
one::Result<> write_file(const Place& place, const configure::Target& target, const std::string& text);

/// What was written last time: of a file that differs, somebody wrote in between.
configure::Texts written_before(const Place& place);
one::Result<> remember_written(const Place& place, const configure::Texts& files);
std::string digest_of_text(const std::string& text);
/// Beside the file: what people wrote into it.
one::Result<std::string> keep_aside(const Place& place, const configure::Target& target, const std::string& text);

/// The first line, without blanks around it.
one::Result<one::Secret> read_secret(const Place& place, const std::string& path);

}  // namespace onefrontend::cli
