// Whether `onefrontend bootstrap` is still at work: an upgrade of the schema takes its time, and a restart would not help.
#pragma once

#include <string>

namespace onefrontend {

/// By who holds the volume's lock: bootstrap, before it becomes oned, or a front-end in another container.
bool is_preparing(const std::string& lock);

}  // namespace onefrontend
