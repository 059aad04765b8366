// The way of monitoring messages out of this machine, tried as OpenNebula's client would use it.
#pragma once

#include "common/wire/messages.hpp"
#include "nodeagent/host/host.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace onenode {

class MonitoringPath {
public:
    virtual ~MonitoringPath() = default;
    /// One datagram of exactly these bytes; fine means only that it left.
    virtual Result<> datagram(const std::string& address, int port, std::string_view bytes) = 0;
    /// Connects, writes, closes at once: an idle connection there would freeze the whole zone's VM states.
    virtual Result<> line(const std::string& address, int port, std::string_view line) = 0;
};

class RealMonitoringPath : public MonitoringPath {
public:
    explicit RealMonitoringPath(std::chrono::milliseconds limit = std::chrono::milliseconds{3000}) : limit_(limit) {}
    Result<> datagram(const std::string& address, int port, std::string_view bytes) override;
    Result<> line(const std::string& address, int port, std::string_view line) override;

private:
    std::chrono::milliseconds limit_;
};

/// Resolves the address once, the first answer wins, as the client does; then sends all of the challenge. What fails
/// here already becomes a finding; what arrived, only the front-end can say.
one::wire::MonitoringSent send_monitoring(const one::wire::MonitoringChallenge& challenge, const HostView& host,
                                          MonitoringPath& path);

}  // namespace onenode
