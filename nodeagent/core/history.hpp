// What was changed on this machine, when, why and by which desired state, also of what the journal has forgotten since:
// JSON lines in DIRECTORY/history; at a quarter of a MiB it becomes history.1, in the place of the one before, of which
// only the join and what the journal still has are kept.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

namespace deeds {
inline constexpr const char* applied = "applied";      // a desired state was made true
inline constexpr const char* installed = "installed";  // packages, before the front-end was asked
inline constexpr const char* joined = "joined";        // everything is proven, the host is there
inline constexpr const char* repaired = "repaired";    // what others changed of ours was put back
inline constexpr const char* renewed = "renewed";      // the certificate
inline constexpr const char* moved = "moved";          // the front-end finds this machine at another address
inline constexpr const char* fixed = "fixed";          // a finding of doctor
inline constexpr const char* leaving = "leaving";      // a leave that is not at its end: then the history is gone, too
inline constexpr const char* unfinished = "unfinished";  // in the journal only: who did it was killed before the end
inline constexpr const char* earlier = "earlier";        // in the journal only: the history does not go back so far
}  // namespace deeds

struct DoneChange {
    std::string time{};  // with the title it says which entry of the journal this was
    std::string step{};
    std::string title{};
    std::string why{};
    bool operator==(const DoneChange&) const = default;
};

struct Deed {
    std::string time{};  // RFC 3339, UTC
    std::string kind{};
    std::string sentence{};
    std::string version{};  // of the desired state behind it; empty where there was none
    std::vector<DoneChange> changes{};
    bool operator==(const Deed&) const = default;
};

/// Synced when this returns. `time` is now where it is empty.
Result<> remember(Host& host, std::string_view directory, Deed deed);
/// As `remember`, for who has done the deed and does not fail for want of a line about it: logs that.
void remember_or_log(Host& host, std::string_view directory, Deed deed);
/// Oldest first. A damaged line is left out; entries of the journal that no deed tells of appear as unfinished, or earlier.
Result<std::vector<Deed>> recall(const HostView& host, std::string_view directory);

struct DamagedLines {
    std::string path{};
    std::size_t count = 0;
    bool operator==(const DamagedLines&) const = default;
};
/// Of the history's files: the lines that `recall` leaves out.
Result<std::vector<DamagedLines>> damaged_history(const HostView& host, std::string_view directory);
Result<> forget_history(Host& host, std::string_view directory);

/// What the journal recorded after its first `known` entries.
std::vector<DoneChange> changes_since(const Journal& journal, std::size_t known);

}  // namespace onenode
