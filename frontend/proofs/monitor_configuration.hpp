// The XML that OpenNebula gives the monitoring client and its probes on standard input.
#pragma once

#include "frontend/enroll/attributes.hpp"

#include <string>
#include <vector>

namespace onefrontend {

struct ProbedHost {
    int id = 0;
    std::string datastore_location{};
};

/// NETWORK and PROBES_PERIOD of monitord.conf; the rest of that file is no probe's business and may hold secrets.
/// One line, so that it can stand in a script.
std::string monitor_configuration(const std::vector<Attribute>& monitord_conf, const ProbedHost& host);

}  // namespace onefrontend
