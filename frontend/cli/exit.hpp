// Exit codes, the same in every verb.
#pragma once

namespace onefrontend::cli {

enum class Exit { ok = 0, warnings = 1, failed = 2, cannot_run = 3, usage = 64 };

}  // namespace onefrontend::cli
