// A front-end's CA, a server and a client in one process, on loopback and ports that are free.
#pragma once

#include "common/http/client.hpp"
#include "common/http/server.hpp"
#include "common/identity/certificate.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace one::http {

using namespace std::chrono_literals;

/// Made once for all tests; `stranger` is an authority that nobody pinned.
const identity::Authority& our_authority();
const identity::Authority& stranger();
std::string pin_of(const identity::Authority& authority);

struct Wanted {  // of a certificate
    const identity::Authority* by = &our_authority();
    identity::Purpose purpose = identity::Purpose::server;
    std::chrono::hours from{-1};
    std::chrono::hours until{24};
    std::string name = "front-end";
    std::string attached = our_authority().certificate_pem;  // behind the leaf
};
Identity make_identity(const Wanted& wanted = {});

/// Fails the test where the Result holds an error.
template <class T>
T good(Result<T> result)
{
    if (!result) {
        ADD_FAILURE() << to_text(result.error());
        std::abort();
    }
    return *std::move(result);
}

template <class T>
Error bad(const Result<T>& result)
{
    if (!result) return result.error();
    ADD_FAILURE() << "an error was expected";
    return {};
}

Async<Response> echo(Request request);

class World : public ::testing::Test {
protected:
    /// Serves on loopback; the port.
    int serve(const ServerPolicy& policy, Handler handler = echo, ServerLimits limits = {});
    int serve(Handler handler = echo, ServerLimits limits = {})
    {
        return serve(usual_policy(), std::move(handler), limits);
    }
    static ServerPolicy usual_policy();

    Client client_of(int port, ClientLimits limits = {});
    static TlsContextPtr pinned(const Identity& own = {});

    Result<Response> exchange(Client& client, Request request);
    Result<Response> get(int port, std::string target = "/");

    template <class T>
    T run(Async<T> work)
    {
        return run_to_end(loop, std::move(work));
    }

    asio::io_context loop;
    std::unique_ptr<Server> server;
};

}  // namespace one::http
