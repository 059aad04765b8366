// The world of these tests: authorities, certificates of every kind, a server and its client.
#include "tests/unit/common/http/world.hpp"

#include "common/identity/key.hpp"

namespace one::http {

const identity::Authority& our_authority()
{
    static const auto authority = good(identity::make_authority("ours", std::chrono::system_clock::now() - 48h,
                                                                std::chrono::system_clock::now() + 48h));
    return authority;
}

const identity::Authority& stranger()
{
    static const auto authority = good(identity::make_authority("stranger", std::chrono::system_clock::now() - 48h,
                                                                std::chrono::system_clock::now() + 48h));
    return authority;
}

std::string pin_of(const identity::Authority& authority)
{
    return identity::pin_of_key(good(identity::read_certificate(authority.certificate_pem)).public_key);
}

Identity make_identity(const Wanted& wanted)
{
    auto key = good(identity::make_private_key());
    const auto now = std::chrono::system_clock::now();
    const auto leaf = good(identity::issue(*wanted.by, good(identity::public_key_of(key)),
                                           {.common_name = wanted.name,
                                            .addresses = {"127.0.0.1"},
                                            .purpose = wanted.purpose,
                                            .not_before = now + wanted.from,
                                            .not_after = now + wanted.until}));
    return {.chain_pem = leaf + wanted.attached, .private_key_pem = std::move(key)};
}

Async<Response> echo(Request request)
{
    Response response{
        .headers = {{"X-Method", request.method}, {"X-Target", request.target}, {"X-Peer", request.peer.address}},
        .body = std::move(request.body)};
    co_return response;
}

ServerPolicy World::usual_policy()
{
    return {.for_nodes = make_identity(), .client_authority_pem = our_authority().certificate_pem};
}

int World::serve(const ServerPolicy& policy, Handler handler, ServerLimits limits)
{
    server = std::make_unique<Server>(loop.get_executor(), good(make_server_tls(policy)), limits, std::move(handler));
    return good(server->listen("127.0.0.1", 0));
}

TlsContextPtr World::pinned(const Identity& own)
{
    return good(make_client_tls({.pin = pin_of(our_authority())}, own));
}

Client World::client_of(int port, ClientLimits limits)
{
    return Client{loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, pinned(), limits};
}

Result<Response> World::exchange(Client& client, Request request)
{
    return run(client.exchange(std::move(request)));
}

Result<Response> World::get(int port, std::string target)
{
    auto client = client_of(port);
    return exchange(client, {.target = std::move(target)});
}

}  // namespace one::http
