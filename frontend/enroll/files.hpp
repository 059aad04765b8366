// Small files of the front-end: reading with a bound, replacing so that a crash leaves the old or the new one.
#pragma once

#include "common/result.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

enum class Links { follow, refuse };

/// At most 1 MiB, regular files only. Links are refused where another account can write into the directory.
one::Result<std::string> read_small_file(const std::string& path, Links links = Links::follow);

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
