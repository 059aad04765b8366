// Small files of the front-end: reading with a bound, replacing so that a crash leaves the old or the new one.
#pragma once

#include "common/result.hpp"

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

enum class Links { follow, refuse };

inline constexpr std::size_t small_file = 1024 * 1024;

/// At most `largest` bytes, regular files only. Links are refused where another account can write into the directory.
one::Result<std::string> read_small_file(const std::string& path, Links links = Links::follow,
                                         std::size_t largest = small_file);

/// The file is there and is this text; however large it is, not more of it is read than the text is long.
one::Result<bool> has_text(const std::string& path, std::string_view text);

struct Owner {  // -1: as the directory gives it
    uid_t user = static_cast<uid_t>(-1);
    gid_t group = static_cast<gid_t>(-1);
};

/// Temporary file in the same directory, mode and owner, fsync, rename, fsync of the directory.
one::Result<> replace_file(const std::string& path, std::string_view text, mode_t mode, Owner owner = {});

/// Creates the directory, or gives it this mode and owner where it is there already.
one::Result<> make_directory(const std::string& path, mode_t mode, Owner owner = {});

/// Whole paths in the directory, sorted; empty where it cannot be read.
std::vector<std::string> files_like(const std::string& directory, std::string_view begin, std::string_view end);

/// Differs when the file was replaced or written: inode, size and time of change.
std::string file_stamp(const std::string& path);

}  // namespace onefrontend
