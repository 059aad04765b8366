// What the verbs of the registration share: whose a host is, and how it is spoken of.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/oned/client.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace onefrontend {

std::int64_t epoch_now();
std::string host_words(const oned::Host& host);  // host 7 (kvm1)
one::wire::HostReport without_host(const Node& node);
bool has_vms(const oned::Host& host);
one::Error vms_run(const oned::Host& host);

/// Its registration is where it was: nobody began, ended or left meanwhile, and its host is the same. The deadline is
/// put off all the time.
bool is_as_far(const Node& present, const Node& before);
one::Error went_on(const Node& present);

/// Nobody else's: this name, these drivers, and no node has put its mark on it, or ours has.
bool may_be_ours(const oned::Host& host, const Node& node);

}  // namespace onefrontend
