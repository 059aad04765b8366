// onefrontend ready SERVICE, onefrontend live SERVICE
#include "frontend/cli/probe.hpp"

#include "frontend/ready/ready.hpp"

namespace onefrontend::cli {

one::Result<Exit> run_probe(const Options& options, const Config& config, Terminal& terminal)
{
    const ProbeSettings settings{
        .oned_auth = config.oned_auth, .signer_socket = config.signer_socket, .enrollment_port = config.listen_port};
    const bool life = options.verb == Verb::live;
    TRY_LET(const auto remark, life ? probe_live(options.which, settings) : probe_ready(options.which, settings));
    const std::string word = life ? "live" : "ready";
    terminal.say(remark.empty() ? options.which + " is " + word : remark, word,
                 Json{{"service", options.which}, {"remark", remark}});
    return Exit::ok;
}

}  // namespace onefrontend::cli
