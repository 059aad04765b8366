// sshd's settings as they count for oneadmin coming from the front-end, and how they are mended.
#pragma once

#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/sshd_settings.hpp"
#include "nodeagent/steps/sshd_login.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks {

/// From where oneadmin will log in: the front-end's addresses, or for a guess the network we are in.
std::vector<std::string> login_sources(const Facts& facts, const CheckContext& context);
Result<SshdSettings> sshd_settings(const HostView& host, const std::string& source);

/// sshd closes every connection and does not start then; an image has none before its first boot.
bool lacks_host_keys(const CommandOutput& answer);
Finding without_host_keys(const HostView& host);

/// The first finding over all login sources; not checked where sshd does not tell its settings.
using Judge = std::function<Findings(const SshdSettings& settings, const std::string& source)>;
Findings judge_sshd(const Facts& facts, const HostView& host, const CheckContext& context, const Judge& judge);

/// The step `sshd` of a join writes what is missing: such a finding is not one before that. Only into a file that sshd
/// reads.
bool joining_mends(const HostView& host, const CheckContext& context);

/// A command that makes these settings count for oneadmin and leaves everybody else's alone.
std::string sshd_fix_for_oneadmin(const HostView& host, const std::vector<std::string>& settings);
/// The same as a file of its own, for a check's fix; nothing where sshd reads no such files.
using WantedLines = std::function<steps::SshdLines(const SshdSettings& settings)>;
Changes sshd_drop_in(const Facts& facts, const HostView& host, const CheckContext& context, std::string_view name,
                     const WantedLines& wanted);
/// The command for a setting that cannot be one user's.
std::string sshd_fix_for_all(const HostView& host, const std::string& setting);

}  // namespace onenode::checks
