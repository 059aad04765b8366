// What several steps ask of a file or directory before they touch it.
#pragma once

#include "nodeagent/core/step.hpp"

#include <string_view>

namespace onenode::steps {

/// sshd's StrictModes and we agree: it is the owner's, and nobody else can write it.
bool is_owned_tightly(const FileFact& fact, std::string_view owner);
/// Make it, or give it back to its owner; nothing where it is right or where a link stands (a check tells about that).
void want_directory(Changes& changes, const Facts& facts, std::string_view path, std::uint32_t mode,
                    std::string_view why);
/// Nothing where text and owner are right already.
void want_file(Changes& changes, const Facts& facts, WriteFile file);

}  // namespace onenode::steps
