// What of a front-end's folders is worth keeping. Pure.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

namespace onefrontend::backup {

struct Scope {
    std::string root{};        // a whole path, without links
    std::string datastores{};  // DATASTORE_LOCATION: of it the skeleton only
    std::string database{};    // SQLite's file: in the archive by itself
    std::string apart{};       // a folder below that is a member of its own
};

/// `path` is below the root.
bool is_kept(const Scope& scope, std::string_view path, const struct stat& info);

/// Names right below a root that backup, restore and bootstrap keep for their own work.
bool is_reserved(std::string_view name);

inline constexpr std::string_view spool_folder = ".backup";
inline constexpr std::string_view staging_folder = ".restore";
inline constexpr std::string_view aside_folder = ".before-restore-";  // and when

}  // namespace onefrontend::backup
