// What is on the machine now, compared with what the journal says we left there.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <string>
#include <vector>

namespace onenode {

struct Drift {
    std::string path{};
    std::string what{};  // "it is gone", "our lines in it are changed", "its mode is 0666, not 0600"
    std::string next{};  // where something stands in the way of a repair: what a person does
    bool operator==(const Drift&) const = default;
};

enum class Compare {
    what_is_ours,  // of a file that others write too only our lines; owner and who may write, where we gave them
    every_byte,    // also what others may do: reason enough to look what the steps say
};

/// In the order of the journal. What cannot be read is told as drift, too.
std::vector<Drift> drift_since(const HostView& host, const std::vector<Entry>& entries, Compare compare);

/// Everything the journal says we wrote, removed or gave attributes.
std::vector<std::string> managed_paths(const std::vector<Entry>& entries);

}  // namespace onenode
