// sshd's settings as they count for oneadmin coming from the front-end: `sshd -T -C`, which evaluates Match blocks.
#pragma once

#include "nodeagent/checks/findings.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

class SshdSettings {
public:
    /// The output of `sshd -T`: a keyword in lower case and its value, line by line; some keywords on several lines.
    explicit SshdSettings(std::string_view text);

    [[nodiscard]] std::string value(const std::string& keyword) const;  // of its first line; empty where there is none
    [[nodiscard]] std::vector<std::string> values(const std::string& keyword) const;

private:
    std::map<std::string, std::vector<std::string>> lines_{};
};

/// From where oneadmin will log in: the front-end's addresses, or for a guess the network we are in.
std::vector<std::string> login_sources(const Facts& facts, const CheckContext& context);
Result<CommandOutput> ask_sshd(const HostView& host, const std::string& source);
Result<SshdSettings> sshd_settings(const HostView& host, const std::string& source);

/// The first finding over all login sources; not checked where sshd does not tell its settings.
using Judge = std::function<Findings(const SshdSettings& settings, const std::string& source)>;
Findings judge_sshd(const Facts& facts, const HostView& host, const CheckContext& context, const Judge& judge);

/// A command that makes these settings count for oneadmin and leaves everybody else's alone.
std::string sshd_fix_for_oneadmin(const HostView& host, const std::vector<std::string>& settings);
/// The same as a file of its own, for a check's fix; nothing where sshd reads no such files.
using WantedSettings = std::function<std::vector<std::string>(const SshdSettings& settings)>;
Changes sshd_drop_in(const Facts& facts, const HostView& host, const CheckContext& context, std::string_view name,
                     const WantedSettings& wanted);
/// The command for a setting that cannot be one user's.
std::string sshd_fix_for_all(const HostView& host, const std::string& setting);

}  // namespace onenode::checks
