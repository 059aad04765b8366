// The script that runs OpenNebula's probes once on the node, as its monitoring client would, and reports each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

/// No host of any cloud has it; always the same, so that whatever could stay behind does not pile up.
inline constexpr int placeholder_host = 2'000'000'000;

struct ProbeRun {
    std::string category{};  // host/system, ...
    std::string file{};
    int exit_code = 0;    // 124: it did not end in time
    std::string words{};  // the telling line of its standard error
    bool operator==(const ProbeRun&) const = default;
};

struct ProbeRuns {
    std::vector<ProbeRun> runs{};
    bool complete = false;
};

/// For `sh`. Categories run side by side, the probes of each in the order of their names.
std::string probe_script(const std::string& remote_scripts_dir, const std::string& type, const std::string& host_name,
                         const std::string& configuration_xml);

ProbeRuns parse_probe_runs(std::string_view output);

}  // namespace onefrontend
