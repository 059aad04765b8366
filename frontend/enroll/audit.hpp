// The audit log: one JSON line an event, on the disk before anybody is answered. It tells apart what a joiner may not
// learn.
#pragma once

#include "common/async.hpp"
#include "common/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onefrontend {

struct AuditEvent {
    std::string_view event{};  // planned, enrolled, refused, token-created, ...
    std::vector<std::pair<std::string, std::string>> fields{};
    std::int64_t time_ms = 0;
};

std::string to_line(const AuditEvent& event);

/// `<state_dir>/audit.log`, 0600, owned by the owner of its directory whoever writes first. Opened for each event, so
/// that it may be rotated by renaming it.
class Audit {
public:
    explicit Audit(std::string path) : path_(std::move(path)) {}

    /// Blocks until the line is on the disk.
    one::Result<> write(const AuditEvent& event) const;
    /// Whether a line could be written now; none is.
    [[nodiscard]] one::Result<> probe() const;
    one::Async<one::Result<>> record(one::asio::thread_pool& pool, AuditEvent event) const;

private:
    std::string path_;
};

}  // namespace onefrontend
