// The patterns in sshd's allow and deny lists (sshd_config(5), PATTERNS in ssh_config(5)).
#pragma once

#include <string_view>

namespace onenode::steps {

/// `*` stands for any letters, `?` for one.
bool matches_pattern(std::string_view text, std::string_view pattern);

/// One entry of AllowUsers or DenyUsers: USER or USER@HOST, where HOST may be an address, a pattern or a network
/// (CIDR).
bool matches_user_entry(std::string_view user, std::string_view address, std::string_view entry);

}  // namespace onenode::steps
