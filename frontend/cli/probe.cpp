// onefrontend ready SERVICE..., onefrontend live SERVICE...: the first that is not ends it.
#include "frontend/cli/probe.hpp"

#include "frontend/ready/ready.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {

one::Result<Exit> run_probe(const Options& options, const Config& config, Terminal& terminal)
{
    const ProbeSettings settings{
        .oned_auth = config.oned_auth, .signer_socket = config.signer_socket, .enrollment_port = config.listen_port};
    const bool life = options.verb == Verb::live;
    const std::string word = life ? "live" : "ready";
    for (const std::string& service : options.services) {
        TRY_LET(const auto remark, life ? probe_live(service, settings) : probe_ready(service, settings));
        terminal.say(remark.empty() ? fmt::format("{} is {}", service, word) : remark, word,
                     Json{{"service", service}, {"remark", remark}});
    }
    return Exit::ok;
}

}  // namespace onefrontend::cli
