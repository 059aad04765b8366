#include "tests/integration/enroll/front_end.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>

namespace onefrontend::test {

namespace http = one::http;
namespace wire = one::wire;

std::string own_address()
{
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned{all, &::freeifaddrs};
    for (const ifaddrs* each = all; each; each = each->ifa_next) {
        if (!each->ifa_addr || each->ifa_addr->sa_family != AF_INET || (each->ifa_flags & IFF_LOOPBACK)) continue;
        char text[INET_ADDRSTRLEN] = "";
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr, text, sizeof text);
        if (!std::string_view{text}.starts_with("169.254.")) return text;
    }
    return {};
}

FrontEnd::FrontEnd()
{
    site.directory.write("one_auth", "oneadmin:opennebula\n");
    site.directory.write("alice_auth", "alice:admin\n");
    site.directory.write("mallory_auth", "mallory:user\n");
    oned_ = std::make_unique<Program>(std::vector<std::string>{ONED_SIM, "--port", "0", "--auth",
                                                               site.directory.path("one_auth"), "--user",
                                                               "alice:admin:oneadmin", "--user", "mallory:user",
                                                               "--monitor-port", "0", "--monitor-listen", "127.0.0.1"},
                                      log("oned"));
    oned_port_ = std::atoi(oned_->wait_for("ready rpc=").c_str());
    EXPECT_GT(oned_port_, 0) << oned_->log();
    const auto made = verb({"init"});
    EXPECT_EQ(made.first, 0) << made.second;
    signer_ = std::make_unique<Program>(
        std::vector<std::string>{ONEFRONTEND, "signer", "--config", config_file("signer", oned_port_)}, log("signer"));
    EXPECT_FALSE(signer_->wait_for("\"event\":\"listening\",\"socket\":\"").empty()) << signer_->log();
}

std::string FrontEnd::config_file(const std::string& name, int oned_port, const std::string& auth_file)
{
    const std::string user = ::getpwuid(::geteuid())->pw_name;
    const auto& config = site.config;
    const Json tree{{"state_dir", config.state_dir},
                    {"signer_socket", config.signer_socket},
                    {"signer_user", user},
                    {"ssh_user", user},
                    {"ssh_home", config.ssh_home},
                    {"ssh_host_key_dir", config.ssh_host_key_dir},
                    {"monitord_conf", config.monitord_conf},
                    {"monitor_log", site.directory.path("monitor.log")},
                    {"server_names", config.server_names},
                    {"listen_port", 0},
                    {"oned_endpoint", "http://127.0.0.1:" + std::to_string(oned_port) + "/RPC2"},
                    {"oned_auth", site.directory.path(auth_file)},
                    {"sweep_interval", "1h"}};
    site.directory.write(name + ".yaml", dump(tree));
    return site.directory.path(name + ".yaml");
}

std::pair<int, std::string> FrontEnd::verb(std::vector<std::string> words, const std::string& config)
{
    std::vector<std::string> argv{ONEFRONTEND};
    for (auto& word : words)
        argv.push_back(std::move(word));
    argv.emplace_back("--config");
    argv.push_back(config.empty() ? config_file("verbs", oned_port_) : config);
    Program program{argv, log("verb-" + std::to_string(++verbs_))};
    const int exit = program.wait();
    return {exit, program.log()};
}

std::unique_ptr<Program> FrontEnd::service(const std::string& name, int oned_port)
{
    auto program = std::make_unique<Program>(
        std::vector<std::string>{ONEFRONTEND, "serve", "--config", config_file(name, oned_port)}, log(name));
    return program;
}

int FrontEnd::port_of(const Program& service)
{
    const auto port = service.wait_for("\"port\":\"");
    EXPECT_FALSE(port.empty()) << service.log();
    return std::atoi(port.c_str());
}

Json FrontEnd::token(std::vector<std::string> words, const std::string& config)
{
    words.insert(words.begin(), {"token", "create", "--json"});
    const auto [exit, text] = verb(std::move(words), config);
    EXPECT_EQ(exit, 0) << text;
    return Json::parse(text, nullptr, false);
}

/// Another spelling of our address for each machine: the front-end takes only names that resolve to it, and no resolver
/// of a machine that runs tests knows ours. 10.0.0.5 is 0xa000005 and 01200000005, with any number of zeros.
static std::string name_that_resolves_here(const std::string& machine)
{
    static std::map<std::string, std::size_t> machines;
    const auto number = machines.try_emplace(machine, machines.size()).first->second;
    const std::string zeros(number / 2, '0');
    in_addr address{};
    ::inet_pton(AF_INET, own_address().c_str(), &address);
    const auto whole = ntohl(address.s_addr);
    return number % 2 == 0 ? fmt::format("0x{}{:x}", zeros, whole) : fmt::format("0{}{:o}", zeros, whole);
}

Machine::Machine(const std::string& machine) :
    name(name_that_resolves_here(machine)),
    key(*one::identity::make_private_key()),
    request(*one::identity::make_request(key, name))
{
}

std::string Machine::enroll_body(const std::string& token) const
{
    wire::EnrollRequest body;
    body.token = one::Secret{std::string_view{token}};
    body.certificate_request = request;
    body.facts.host_name = name;
    body.facts.machine_id = "machine-" + name;
    body.facts.addresses = {own_address()};
    body.facts.ssh_host_keys = {some_ssh_key};
    body.wishes.name = name;
    body.wishes.type = "kvm";
    return wire::to_json(body);
}

http::Client client_to(one::asio::io_context& loop, const FrontEnd& frontend, int port, const http::Identity& own)
{
    http::Trust trust;
    trust.authority_pem = frontend.authority();
    auto tls = http::make_client_tls(trust, own);
    EXPECT_TRUE(tls) << one::to_line(tls.error());
    return http::Client{loop.get_executor(), {http::Target{own_address(), port}}, *tls};
}

one::Async<one::Result<http::Response>> post(http::Client& client, std::string path, std::string body)
{
    http::Request request;
    request.method = "POST";
    request.target = std::move(path);
    request.body = std::move(body);
    co_return co_await client.exchange(std::move(request), std::chrono::milliseconds{30000});
}

one::Async<one::Result<http::Response>> get(http::Client& client, std::string path)
{
    http::Request request;
    request.target = std::move(path);
    co_return co_await client.exchange(std::move(request), std::chrono::milliseconds{30000});
}

one::Async<std::optional<http::Response>> enroll_patiently(one::asio::io_context& loop, const FrontEnd& frontend,
                                                           int& port, const Machine& machine, std::string token)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (std::chrono::steady_clock::now() < deadline) {
        auto client = client_to(loop, frontend, port, {});
        auto answer = co_await post(client, "/v1/enroll", machine.enroll_body(token));
        if (answer && answer->status != 503) co_return *std::move(answer);
        co_await one::pause(std::chrono::milliseconds{20});
    }
    co_return std::nullopt;
}

}  // namespace onefrontend::test
