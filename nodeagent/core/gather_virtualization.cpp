// What libvirt and KVM say to root. Our helper asks libvirt itself; without it virsh does.
#include "nodeagent/core/gather.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/capabilities.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/real_path.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace onenode {
namespace {

using Json = nlohmann::json;

// In the order in which libvirt's clients try them.
constexpr std::string_view modular_socket = "/run/libvirt/virtqemud-sock";
constexpr std::string_view monolithic_socket = "/run/libvirt/libvirt-sock";
// What OpenNebula's drivers reach through them: guests; networks, PCI devices, secrets of Ceph and storage besides.
constexpr std::array<std::string_view, 5> modular_daemons{"virtqemud", "virtnetworkd", "virtnodedevd", "virtsecretd",
                                                          "virtstoraged"};
constexpr std::array<std::string_view, 1> monolithic_daemons{"libvirtd"};
constexpr std::array<std::string_view, 2> unit_directories{"/etc/systemd/system", "/usr/lib/systemd/system"};
constexpr std::chrono::seconds limit{10};  // the helper gives libvirt five

std::string text_in(const Json& json, const char* name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::vector<std::string> texts_in(const Json& json, const char* name)
{
    std::vector<std::string> texts;
    const auto found = json.find(name);
    if (found == json.end() || !found->is_array()) return texts;
    for (const auto& word : *found)
        if (word.is_string()) texts.push_back(word.get<std::string>());
    return texts;
}

Result<Json> ask_probe(const HostView& host, const std::string& probe, const char* verb)
{
    TRY_LET(const auto output, host.look({.argv = {probe, verb}, .limit = limit, .output_limit = 1 << 20}));
    auto json = Json::parse(output.out, nullptr, false);
    if (json.is_object()) return json;
    return one::fail(
        {.thing = probe, .reason = output.ok() ? "its answer is no JSON" : complaint_of(output), .doing = "ask"});
}

void ask_helper(const HostView& host, const std::string& probe, LibvirtFact& fact)
{
    const auto answer = ask_probe(host, probe, "libvirt");
    if (!answer) {
        fact.problem = one::to_line(answer.error());
        return;
    }
    fact.problem = text_in(*answer, "problem");
    fact.uuid = text_in(*answer, "uuid");
    fact.domain_types = texts_in(*answer, "domain_types");
    fact.domains = texts_in(*answer, "domains");
}

Result<std::string> virsh(const HostView& host, std::vector<std::string> words)
{
    words.insert(words.begin(), {"virsh", "--connect", "qemu:///system"});
    TRY_LET(const auto output, host.look({.argv = std::move(words), .limit = limit, .output_limit = 1 << 20}));
    if (output.ok()) return output.out;
    return one::fail({.thing = "libvirt", .reason = complaint_of(output), .doing = "reach"});
}

Result<> ask_virsh(const HostView& host, std::string_view architecture, LibvirtFact& fact)
{
    TRY_LET(const auto xml, virsh(host, {"capabilities"}));
    TRY_LET(auto capabilities, parse_capabilities(xml, architecture));
    TRY_LET(const auto names, virsh(host, {"list", "--name"}));
    fact.uuid = std::move(capabilities.uuid);
    fact.domain_types = std::move(capabilities.domain_types);
    for (const auto& name : one::split_lines(names))
        if (!one::trim(name).empty()) fact.domains.emplace_back(one::trim(name));
    return {};
}

bool starts_with_the_machine(const HostView& host, const std::string& wanted)
{
    return std::ranges::any_of(unit_directories, [&](std::string_view directory) {
        return host.stat(fmt::format("{}/{}", directory, wanted)).has_value();
    });
}

bool is_program(const HostView& host, const std::string& path)
{
    const auto info = host.stat(real_path(host, path));
    return info && info->kind == FileKind::file && (info->mode & 0111U) != 0;
}

}  // namespace

std::optional<std::string> find_probe(const HostView& host)
{
    if (const auto self = host.read_link("/proc/self/exe")) {
        auto beside = self->substr(0, self->rfind('/')) + "/onenode-probe";
        if (host.stat(beside)) return beside;
    }
    if (host.stat("/usr/lib/onenode/onenode-probe")) return "/usr/lib/onenode/onenode-probe";
    return host.find_program("onenode-probe");
}

LibvirtFact gather_libvirt(const HostView& host, std::string_view architecture)
{
    LibvirtFact fact;
    fact.installed = host.find_program("virsh").has_value();
    for (const auto path : {modular_socket, monolithic_socket}) {
        const auto socket = host.stat(path);
        if (!socket || socket->kind != FileKind::socket) continue;
        fact.socket = path;
        fact.modular = path == modular_socket;
        fact.socket_gid = socket->gid;
        fact.socket_mode = socket->mode;
        fact.asleep = gather_sockets_asleep(host, fact.modular);
        break;
    }
    if (fact.socket.empty()) {
        fact.problem = "no libvirt daemon listens under /run/libvirt";
    } else if (const auto probe = find_probe(host)) {
        ask_helper(host, *probe, fact);
    } else if (const auto asked = ask_virsh(host, architecture, fact); !asked) {
        fact.problem = one::to_line(asked.error());
    }
    if (!fact.problem
             .empty())  // a libvirt that hangs has its guests all the same, and nobody knows that there are none
        fact.domains = guests_of_qemu(host).value_or(std::vector<std::string>{"guests that cannot be listed"});
    return fact;
}

std::vector<std::string> gather_sockets_asleep(const HostView& host, bool modular)
{
    std::vector<std::string> asleep;
    if (!has_systemd(host)) return asleep;
    const auto daemons = modular ? std::span<const std::string_view>{modular_daemons} : monolithic_daemons;
    for (const auto daemon : daemons) {
        if (starts_with_the_machine(host, fmt::format("multi-user.target.wants/{}.service", daemon))) continue;
        for (const auto* end : {"", "-ro"}) {
            const auto unit = fmt::format("{}{}.socket", daemon, end);
            const auto file = fmt::format("{}/{}", unit_directories[1], unit);
            const bool is_own = host.stat(fmt::format("{}/{}", unit_directories[0], unit)).has_value();  // or masked
            if (!is_own && host.stat(file) && !starts_with_the_machine(host, "sockets.target.wants/" + unit))
                asleep.push_back(file);
        }
    }
    return asleep;
}

// In the order of OpenNebula's own generator.
EmulatorFact gather_emulator(const HostView& host, const std::string& architecture)
{
    EmulatorFact fact{.is_named = is_program(host, std::string{emulator_name})};
    for (const auto& path : {std::string{"/usr/libexec/qemu-kvm"}, std::string{"/usr/bin/qemu-kvm"},
                             "/usr/bin/qemu-system-" + architecture})
        if (fact.program.empty() && is_program(host, path)) fact.program = path;
    return fact;
}

std::string gather_kvm_problem(const HostView& host)
{
    const auto probe = find_probe(host);
    if (!probe)
        return host.stat("/dev/kvm") ? "onenode-probe is missing, so /dev/kvm could not be tried"
                                     : "/dev/kvm does not exist";
    const auto answer = ask_probe(host, *probe, "kvm");
    return answer ? text_in(*answer, "problem") : one::to_line(answer.error());
}

}  // namespace onenode
