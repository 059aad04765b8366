// What sshd must be told so that a key of oneadmin's is enough, and the file that tells it. The step says it for the
// front-end and the other nodes; onenode doctor says the same before anybody joined.
#pragma once

#include "nodeagent/core/change.hpp"
#include "nodeagent/steps/sshd_lists.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::steps {

using SshdLines = std::vector<std::string>;  // "PubkeyAuthentication yes"

// Each: nothing where sshd's settings are right as they are.
SshdLines lines_for_keys(const SshdSettings& settings);
SshdLines lines_for_lists(const SshdLists& lists);  // nothing either where somebody denied oneadmin on purpose
SshdLines lines_for_keys_file(const SshdSettings& settings);
SshdLines lines_for_forwarding(const SshdSettings& settings);
SshdLines lines_for_sessions(const SshdSettings& settings);

/// Without this line in sshd_config, no file beside it counts.
bool includes_drop_ins(std::string_view sshd_config);

/// `name`: what it is for; `addresses`: from where; empty: from anywhere.
std::string sshd_drop_in_path(std::string_view name);
WriteFile sshd_drop_in(std::string path, const SshdLines& lines, const std::vector<std::string>& addresses);

}  // namespace onenode::steps
