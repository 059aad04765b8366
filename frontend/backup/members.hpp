// What is in an archive, in the order of its members:
//
//   backup.json      what it is a backup of; first, so that one that does not fit here is refused at once
//   database.sql     or database.db
//   home/...         /var/lib/one without images
//   state/...        state_dir: the enrollment CA, certificates, audit log
//   SHA256SUMS       last: without it an archive is not whole. `sha256sum --check` reads it
#pragma once

#include "common/result.hpp"
#include "frontend/bootstrap/schema.hpp"

#include <sys/types.h>

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::backup {

inline constexpr std::string_view head_name = "backup.json";
inline constexpr std::string_view sums_name = "SHA256SUMS";
inline constexpr std::string_view dump_name = "database.sql";
inline constexpr std::string_view file_name = "database.db";
inline constexpr std::string_view home_name = "home";
inline constexpr std::string_view state_name = "state";

struct Head {
    std::string made_at{};  // RFC 3339
    std::string made_on{};  // host name
    std::string version{};  // of OpenNebula, as its schema says
    bootstrap::Schema schema{};
    bool is_file = true;  // SQLite
    std::string home{};
    std::string state_dir{};
};
std::string to_text(const Head& head);
one::Result<Head> read_head(std::string_view text);

enum class Kind { file, directory, link };

struct Member {
    std::string path{};
    Kind kind = Kind::file;
    mode_t mode = 0;
    std::string user{};
    std::string group{};
    std::string link{};    // where it leads
    std::string digest{};  // SHA-256 in hex; of a link, where it leads
    std::time_t changed = 0;
};

/// A line of SHA256SUMS, with its end. What is no file is a comment there.
std::string sum_line(const Member& member);
/// The other way; a link does not say where it leads.
one::Result<std::vector<Member>> read_sums(std::string_view text);

/// Nothing for a path that an archive may have; else what is wrong with it.
std::string wrong_with(const Member& member);

}  // namespace onefrontend::backup
