// sshd's settings as they count for oneadmin coming from somewhere: `sshd -T -C`, which evaluates Match blocks.
#pragma once

#include "nodeagent/host/host.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

class SshdSettings {
public:
    /// The output of `sshd -T`: a keyword in lower case and its value, line by line; some keywords on several lines.
    explicit SshdSettings(std::string_view text);

    [[nodiscard]] std::string value(const std::string& keyword) const;  // of its first line; empty where there is none
    [[nodiscard]] std::vector<std::string> values(const std::string& keyword) const;

private:
    std::map<std::string, std::vector<std::string>> lines_{};
};

/// Kind invalid, naming it, where a drop-in is something that sshd would wait for (a FIFO): not asked, it takes no time.
Result<> sshd_can_read(const HostView& host);
Result<CommandOutput> ask_sshd(const HostView& host, const std::string& source);

}  // namespace onenode
