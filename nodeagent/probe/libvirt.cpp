// Connects as the drivers do (qemu:///system), read-write and read-only, and asks what the facts need.
#include "nodeagent/probe/look.hpp"

#include "nodeagent/core/capabilities.hpp"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace onenode::probe {
namespace {

constexpr const char* uri = "qemu:///system";

struct Close {
    void operator()(virConnectPtr connection) const { virConnectClose(connection); }
};
using Connection = std::unique_ptr<virConnect, Close>;

struct Free {
    void operator()(char* text) const { std::free(text); }
};

std::string last_message()
{
    const virError* error = virGetLastError();
    return error != nullptr && error->message != nullptr ? error->message : "libvirt gave no reason";
}

std::string last_kind()
{
    const virError* error = virGetLastError();
    if (error == nullptr) return "other";
    switch (error->code) {
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_FAILED: return "auth";
    case VIR_ERR_NO_CONNECT: return "no-driver";
    case VIR_ERR_SYSTEM_ERROR: break;
    default: return "other";
    }
    switch (error->int1) {  // the errno of connect(2)
    case EACCES:
    case EPERM: return "denied";
    case ECONNREFUSED: return "refused";
    case ENOENT: return "absent";
    default: return "other";
    }
}

std::string architecture()
{
    utsname name{};
    return ::uname(&name) == 0 ? static_cast<const char*>(name.machine) : "";
}

void ask_capabilities(virConnectPtr connection, LibvirtAnswer& answer)
{
    const std::unique_ptr<char, Free> xml{virConnectGetCapabilities(connection)};
    if (!xml) {
        answer.problem = last_message();
        answer.kind = "other";
        return;
    }
    const auto capabilities = parse_capabilities(xml.get(), architecture());
    if (!capabilities) {
        answer.problem = one::to_line(capabilities.error());
        answer.kind = "other";
        return;
    }
    answer.uuid = capabilities->uuid;
    answer.domain_types = capabilities->domain_types;
}

void ask_domains(virConnectPtr connection, LibvirtAnswer& answer)
{
    virDomainPtr* domains = nullptr;
    const int count = virConnectListAllDomains(connection, &domains, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    for (int index = 0; index < count; ++index) {
        if (const char* name = virDomainGetName(domains[index])) answer.domains.emplace_back(name);
        virDomainFree(domains[index]);
    }
    std::free(domains);
}

}  // namespace

LibvirtAnswer look_at_libvirt()
{
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});  // or libvirt prints every error itself
    LibvirtAnswer answer;
    if (const Connection connection{virConnectOpen(uri)}) {
        ask_capabilities(connection.get(), answer);
        ask_domains(connection.get(), answer);
    } else {
        answer.problem = last_message();
        answer.kind = last_kind();
    }
    if (!Connection{virConnectOpenReadOnly(uri)}) answer.read_only_problem = last_message();
    return answer;
}

}  // namespace onenode::probe
