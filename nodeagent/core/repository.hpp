// OpenNebula's repository, as the front-end names it, on this machine: what would be added for it, and a trial beforehand,
// so that nothing stands in the package manager's own directories that does not work.
#pragma once

#include "common/signing_key.hpp"
#include "common/wire/messages.hpp"
#include "nodeagent/core/change.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::packages {

struct Source {
    std::string tool{};  // apt-get or dnf
    std::string address{};
    std::string suite{};
    std::string component{};
    std::string key{};  // armored
    std::vector<one::SigningKey> signers{};
    bool operator==(const Source&) const = default;
};

/// For this distribution. Nothing where the front-end names none for this tool; an error where what it names is not fit
/// for root's use, or knows no such distribution.
Result<std::optional<Source>> source_for(const HostView& host, std::string_view tool,
                                         const one::wire::Repository& repository);

/// "https://..., signed by 4A3B... (OpenNebula Repository)"
std::string in_words(const Source& source);

/// By a join before, for this release or an older one.
bool is_added(const HostView& host, std::string_view tool);
/// The key and the file that names it; nothing that stands there already.
Changes to_add(const HostView& host, const Source& source);

/// Fetches and verifies its lists, from files in the scratch directory alone: the machine's own are not looked at.
Result<> try_out(Host& host, const Source& source, const std::string& scratch);
/// What it offers, once it was tried.
Result<std::vector<std::string>> offered_by(const HostView& host, const Source& source, const std::string& scratch,
                                            const std::string& name);
/// Takes away what the trial wrote, and the directory where nothing else is in it.
Result<> end_trial(Host& host, const Source& source, const std::string& scratch);

}  // namespace onenode::packages
