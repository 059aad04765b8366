// Keeps keys and tokens out of files that a crash would leave behind.
#pragma once

namespace one {

/// No core file of this process, neither through systemd-coredump, and nobody but root may look into its memory. To be
/// called before the first secret is read; programs that it starts may be looked at again.
void forbid_core_dumps();

}  // namespace one
