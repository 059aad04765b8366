// Where oned listens, out of its URL. Plain http only: oned speaks no TLS itself.
#include "frontend/oned/client.hpp"

#include "common/text/number.hpp"

namespace onefrontend::oned {
namespace {

one::Failure refuse(std::string_view url, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "the endpoint '" + std::string{url} + "'",
                      .reason = std::move(reason),
                      .next = "write it as http://127.0.0.1:2633/RPC2",
                      .doing = "use"});
}

Result<int> port_of(std::string_view text, std::string_view url)
{
    if (const auto port = one::to_port(text)) return *port;
    return refuse(url, "'" + std::string{text} + "' is not a port");
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url)
{
    constexpr std::string_view scheme = "http://";
    if (url.starts_with("https://")) return refuse(url, "oned is spoken to over plain http");
    if (!url.starts_with(scheme)) return refuse(url, "it does not begin with http://");
    if (url.find('@') != std::string_view::npos)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = "the endpoint",
                          .reason = "it holds credentials",
                          .next = "put user and password into the file that oned_auth names",
                          .doing = "use"});

    const std::string_view rest = url.substr(scheme.size());
    const auto slash = rest.find('/');
    std::string_view host = rest.substr(0, slash);
    Endpoint endpoint;
    if (slash != std::string_view::npos && rest.size() > slash + 1) endpoint.path = rest.substr(slash);

    if (const auto bracket = host.find(']'); host.starts_with('[') && bracket != std::string_view::npos) {
        const std::string_view after = host.substr(bracket + 1);
        if (!after.empty() && !after.starts_with(':')) return refuse(url, "text stands behind the bracket");
        if (!after.empty()) {
            TRY_LET(endpoint.port, port_of(after.substr(1), url));
        }
        host = host.substr(1, bracket - 1);
    } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
        TRY_LET(endpoint.port, port_of(host.substr(colon + 1), url));
        host = host.substr(0, colon);
    }
    if (host.empty()) return refuse(url, "the host is missing");
    endpoint.host = host;
    return endpoint;
}

}  // namespace onefrontend::oned
