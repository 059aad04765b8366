// A front-end of real processes: the simulator, the signer, as many services as a test wants, and machines that join.
#pragma once

#include "common/http/client.hpp"
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/wire/messages.hpp"
#include "frontend/enroll/json.hpp"
#include "tests/integration/enroll/program.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace onefrontend::test {

/// An address of this machine that is not loopback: the service logs in to no other. Empty: there is none.
std::string own_address();

class FrontEnd {
public:
    FrontEnd();

    [[nodiscard]] int oned_port() const { return oned_port_; }
    [[nodiscard]] std::string authority() const { return site.directory.read("state/public/ca.pem"); }
    [[nodiscard]] std::string audit() const { return site.directory.read("state/serve/audit.log"); }

    /// A configuration of its own, for a service or a verb.
    std::string config_file(const std::string& name, int oned_port, const std::string& auth_file = "one_auth");
    /// Exit code and output of a verb that ends.
    std::pair<int, std::string> verb(std::vector<std::string> words, const std::string& config = {});
    std::unique_ptr<Program> service(const std::string& name, int oned_port);
    static int port_of(const Program& service);
    /// token create --json, and what the words add.
    Json token(std::vector<std::string> words = {}, const std::string& config = {});

    Site site{};

private:
    std::string log(const std::string& name) const { return site.directory.path(name + ".log"); }

    int oned_port_ = 0;
    int verbs_ = 0;
    std::unique_ptr<Program> oned_{};
    std::unique_ptr<Program> signer_{};
};

struct Machine {
    explicit Machine(const std::string& machine);
    [[nodiscard]] std::string enroll_body(const std::string& token) const;

    std::string name;
    one::Secret key;
    std::string request;
};

one::Async<one::Result<one::http::Response>> post(one::http::Client& client, std::string path, std::string body);
one::Async<one::Result<one::http::Response>> get(one::http::Client& client, std::string path);

one::http::Client client_to(one::asio::io_context& loop, const FrontEnd& frontend, int port,
                            const one::http::Identity& own = {});

/// Until it is told yes or no for good; dropped connections and 503 are asked again. nullopt: it took too long.
one::Async<std::optional<one::http::Response>> enroll_patiently(one::asio::io_context& loop, const FrontEnd& frontend,
                                                                int& port, const Machine& machine, std::string token);

}  // namespace onefrontend::test
