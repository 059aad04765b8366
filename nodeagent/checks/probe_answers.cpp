// Runs onenode-probe and reads its one line of JSON, field by field: it may be of another version.
#include "nodeagent/checks/probe_answers.hpp"

#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/gather.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace onenode::checks {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds limit{10};  // the helper's own limits are shorter

Result<Json> ask(const HostView& host, std::vector<std::string> words)
{
    const auto probe = find_probe(host);
    if (!probe)
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = "onenode-probe",
                          .reason = "it is neither beside onenode nor in /usr/lib/onenode",
                          .next = "install the package onenode again",
                          .doing = "ask"});
    words.insert(words.begin(), *probe);
    TRY_LET(const auto output, host.look({.argv = std::move(words), .limit = limit}));
    auto json = Json::parse(output.out, nullptr, false);
    if (output.ok() && json.is_object()) return json;
    return one::fail({.thing = *probe,
                      .reason = output.ok() ? "its answer is no JSON" : complaint_of(output),
                      .next = "install the package onenode again",
                      .doing = "ask"});
}

std::string text_in(const Json& json, const char* name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool is_set(const Json& json, const char* name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() && found->get<bool>();
}

std::string problem_of(const Json& json, const char* name)
{
    const auto found = json.find(name);
    if (found == json.end() || !found->is_object())
        return fmt::format("onenode-probe did not say anything about {}", name);
    return text_in(*found, "problem");
}

}  // namespace

Result<LibvirtAccess> ask_libvirt_as(const HostView& host, const std::string& user)
{
    TRY_LET(const auto answer, ask(host, {"libvirt", "--user", user}));
    return LibvirtAccess{.read_write = problem_of(answer, "read_write"), .read_only = problem_of(answer, "read_only")};
}

Result<SshAnswer> ask_ssh(const HostView& host, const std::string& address, int port)
{
    TRY_LET(const auto answer, ask(host, {"ssh", address, std::to_string(port)}));
    return SshAnswer{.banner = text_in(answer, "banner"),
                     .problem = text_in(answer, "problem"),
                     .refused = is_set(answer, "refused"),
                     .accepted = is_set(answer, "accepted")};
}

Result<TcpAnswer> ask_tcp(const HostView& host, const std::string& address, int port)
{
    TRY_LET(const auto answer, ask(host, {"tcp", address, std::to_string(port)}));
    return TcpAnswer{.problem = text_in(answer, "problem"), .refused = is_set(answer, "refused")};
}

Result<std::string> ask_clock(const HostView& host)
{
    TRY_LET(const auto answer, ask(host, {"clock"}));
    return text_in(answer, "problem");
}

}  // namespace onenode::checks
