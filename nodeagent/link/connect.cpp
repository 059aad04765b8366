// Makes the client for a front-end.
#include "nodeagent/link/connect.hpp"

namespace onenode {
namespace {

constexpr std::size_t answer_limit = 8 * 1024 * 1024;  // a zone of 12000 nodes with their host keys has 5

Frontend client_for(Network& network, const one::http::Target& target, one::http::TlsContextPtr tls)
{
    return Frontend{one::http::Client{network.executor(), {target}, std::move(tls), {.body = answer_limit}}};
}

}  // namespace

Result<Frontend> by_pin(Network& network, const one::http::Target& target, const std::string& pin)
{
    const one::http::Trust trust{.pin = pin};
    TRY_LET(auto tls, one::http::make_client_tls(trust, {}));
    return client_for(network, target, std::move(tls));
}

Result<std::string> presented_pin(Network& network, const one::http::Target& target)
{
    return network.wait(one::http::presented_pin(target));
}

Result<Frontend> as_node(Network& network, const one::http::Target& target, const NodeIdentity& identity)
{
    const one::http::Trust trust{.authority_pem = identity.authorities};
    TRY_LET(auto tls, one::http::make_client_tls(trust, identity.own));
    return client_for(network, target, std::move(tls));
}

}  // namespace onenode
