// onemonitord's log: what was written since a point, also when the file was rotated in between; why a host is in ERROR.
#pragma once

#include "common/async.hpp"
#include "common/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

class MonitorLog {
public:
    /// Follows from the first byte. A log that does not exist yet is no error: onemonitord creates it.
    explicit MonitorLog(std::string path) : path_(std::move(path)) {}
    ~MonitorLog();
    MonitorLog(MonitorLog&& other) noexcept;
    MonitorLog& operator=(MonitorLog&& other) noexcept;

    /// From here on follows only what comes after the point `before_end` bytes in front of the end.
    one::Result<> skip_to_end(std::uint64_t before_end = 0);
    /// The next bytes, at most 1 MiB; empty where nothing new was written. A renamed file is read to its end first.
    one::Result<std::string> read_on();

private:
    one::Result<> open_if_closed();
    [[nodiscard]] bool replaced() const;
    void close();

    std::string path_;
    int file_ = -1;
    std::uint64_t offset_ = 0;
};

/// Waits until each of these texts stands in the log, looking back over its last 8 MiB. Returns those that did not come
/// within the limit, and within `lag` after the last that came: by then whoever writes the log is at work. A text that
/// ends in a digit is not found where more digits follow. Reads on the pool.
one::Async<one::Result<std::vector<std::string>>> missing_in_log(one::asio::thread_pool& pool, std::string path,
                                                                 std::vector<std::string> texts,
                                                                 std::chrono::milliseconds limit,
                                                                 std::chrono::milliseconds lag = std::chrono::hours{1});

/// The newest line that explains an error of this host, in words; empty where the log has none. oned's own message ends
/// after the colon, so this is the only place where the reason stands. Blocks: it may read 16 MiB.
one::Result<std::string> reason_for_host(const std::string& log_path, int host_id);
/// The same for a text.
std::string reason_for_host_in(std::string_view log, int host_id);

}  // namespace onefrontend
