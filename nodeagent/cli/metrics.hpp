// The node's state for Prometheus: a file that node_exporter's textfile collector reads. Times are points in time, not
// ages: an age would stand still with the agent that wrote it.
#pragma once

#include "nodeagent/cli/status_page.hpp"

#include <cstdint>
#include <string>

namespace onenode::cli {

/// In the text format, every family with its HELP and TYPE.
std::string metrics_text(const StatusPage& page, std::uint64_t journal_bytes);

class MetricsFile {
public:
    /// Nothing is written where the file's directory does not exist: nobody would read it.
    MetricsFile(Host& host, std::string path);

    /// Of the front-end's last word on the host; until then there are no metrics.
    void heard(HostAnswer answer);
    /// At most once a minute, where `now` does not insist.
    void write(bool insists);
    void remove();

private:
    Result<> put();

    Host* host_;
    std::string path_;
    std::optional<HostAnswer> answer_{};
    std::chrono::system_clock::time_point written_{};
};

}  // namespace onenode::cli
