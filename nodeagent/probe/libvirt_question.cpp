// The same calls that OpenNebula's probes make through virsh: one connection that may change things, one that may not.
#include "nodeagent/probe/questions.hpp"

#include "nodeagent/core/capabilities.hpp"
#include "nodeagent/probe/in_child.hpp"

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace onenode::probe {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

struct Close {
    void operator()(virConnect* connection) const { virConnectClose(connection); }
    void operator()(virDomain* domain) const { virDomainFree(domain); }
    void operator()(char* text) const { ::free(text); }
    void operator()(virDomainPtr* list) const { ::free(list); }
};
using Connection = std::unique_ptr<virConnect, Close>;

std::string last_error()
{
    const auto* error = virGetLastError();
    return error != nullptr && error->message != nullptr ? error->message : "libvirt gave no reason";
}

Json refused()
{
    return {{"problem", last_error()}};
}

Json ask_read_only(const std::string& uri)
{
    const Connection connection{virConnectOpenReadOnly(uri.c_str())};
    if (!connection) return refused();
    const std::unique_ptr<char, Close> xml{virConnectGetCapabilities(connection.get())};
    return xml ? Json{{"problem", ""}} : refused();
}

Json ask_read_write(const std::string& uri, const std::string& architecture)
{
    const Connection connection{virConnectOpen(uri.c_str())};
    if (!connection) return refused();
    const std::unique_ptr<char, Close> xml{virConnectGetCapabilities(connection.get())};
    if (!xml) return refused();
    const auto capabilities = parse_capabilities(xml.get(), architecture);
    if (!capabilities) return {{"problem", one::to_line(capabilities.error())}};

    virDomainPtr* found = nullptr;
    const int count = virConnectListAllDomains(connection.get(), &found, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    if (count < 0) return refused();
    const std::unique_ptr<virDomainPtr, Close> list{found};
    std::vector<std::string> names;
    for (int index = 0; index < count; ++index) {
        const std::unique_ptr<virDomain, Close> domain{found[index]};
        names.emplace_back(virDomainGetName(domain.get()));
    }
    return {{"problem", ""},
            {"uuid", capabilities->uuid},
            {"domain_types", capabilities->domain_types},
            {"domains", names}};
}

// A daemon that hangs does not even open; one that opens may still ask every QEMU what it can do, once after its start.
Json ask_to_open(const std::string& uri)
{
    const Connection connection{virConnectOpenReadOnly(uri.c_str())};
    return {{"problem", ""}};  // why it does not open is for the others to say
}

std::string too_late(std::string_view what, std::chrono::milliseconds limit)
{
    return fmt::format("libvirt {} within {:g} s", what, static_cast<double>(limit.count()) / 1000.0);
}

Json parsed(const one::Result<std::string>& answer, const std::string& late)
{
    if (!answer)
        return {{"problem", answer.error().kind == one::ErrorKind::timeout ? late : one::to_line(answer.error())}};
    auto json = Json::parse(*answer, nullptr, false);
    return json.is_object() ? json : Json{{"problem", "libvirt's client library crashed"}};
}

Json access_of(const Json& answer)
{
    const auto problem = answer.at("problem").get<std::string>();
    return {{"reachable", problem.empty()}, {"problem", problem}};
}

}  // namespace

Json ask_libvirt(const std::string& uri, const std::string& architecture, LibvirtLimits limits)
{
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});  // the answer carries it; standard error stays silent
    const auto start = Clock::now();
    ChildQuestion opening{[&] { return ask_to_open(uri).dump(); }};
    ChildQuestion writing{[&] { return ask_read_write(uri, architecture).dump(); }};
    ChildQuestion reading{[&] { return ask_read_only(uri).dump(); }};

    const bool opened = opening.answer(start + limits.open).has_value();
    const auto deadline = opened ? start + limits.all : start + limits.open;
    const auto late =
        opened ? too_late("did not tell what it can do", limits.all) : too_late("did not answer", limits.open);
    Json answer = parsed(writing.answer(deadline), late);
    answer["read_write"] = access_of(answer);
    answer["read_only"] = access_of(parsed(reading.answer(deadline), late));
    return answer;
}

}  // namespace onenode::probe
