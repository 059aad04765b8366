// Whether a service of the front-end can do its work (ready), or at least needs no restart (live). For orchestrators and
// the image's supervisor: milliseconds, no Ruby, no secret in argv.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct ProbeSettings {
    std::string etc = "/etc/one";
    std::string oned_auth = "/var/lib/one/.one/one_auth";
    std::string bootstrap_lock = "/var/lib/one/.bootstrap.lock";
    std::string signer_socket{};
    std::string sshd_conf = "/etc/one/onefrontend/sshd.conf";
    int enrollment_port = 4125;
    std::chrono::milliseconds limit{4000};
};

/// The words that `ready` and `live` take.
std::vector<std::string_view> probed_services();

/// What is worth saying though the service is ready; mostly nothing.
using Remark = std::string;

one::Result<Remark> probe_ready(std::string_view service, const ProbeSettings& settings);
one::Result<Remark> probe_live(std::string_view service, const ProbeSettings& settings);

}  // namespace onefrontend
