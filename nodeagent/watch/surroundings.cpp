// Loops that sleep until the kernel says something.
#include "nodeagent/watch/surroundings.hpp"

#include "common/log.hpp"
#include "common/text/moment.hpp"
#include "common/text/words.hpp"

#include <algorithm>

namespace onenode {
namespace {

namespace log = one::log;

const std::vector<std::string> libvirt_sockets{"/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"};

// Of a directory that is named by itself it is its mode and owner that matter: sshd's StrictModes.
const std::vector<std::string> way_in{"/etc/passwd",
                                      "/etc/shadow",
                                      "/etc/group",
                                      "/etc/nologin",
                                      "/etc/sudoers",
                                      "/etc/sudoers.d/",
                                      "/etc/ssh/sshd_config",
                                      "/etc/ssh/sshd_config.d/",
                                      "/var/lib/one",
                                      "/var/lib/one/.ssh",
                                      "/var/lib/one/.ssh/authorized_keys"};

constexpr const char* no_libvirt =
    "libvirt does not listen in /run/libvirt: systemctl start libvirtd.socket, or virtqemud.socket";

bool libvirt_listens(const HostView& host)
{
    return std::ranges::any_of(libvirt_sockets, [&](const std::string& path) {
        const auto found = host.stat(path);
        return found && found->kind == FileKind::socket;
    });
}

void show(Standing& standing, const HostView& host, const std::vector<std::string>& addresses)
{
    standing.note([&](AgentStatus& status) {
        status.addresses_since = one::rfc3339(host.now());
        status.addresses = addresses;
    });
}

}  // namespace

Async<> follow_addresses(const HostView& host, Eye& eye, Standing& standing, std::chrono::milliseconds quiet,
                         std::function<void(const AddressChange&)> changed)
{
    AddressChange addresses{.now = host.addresses()};
    show(standing, host, addresses.now);
    for (;;) {
        const Woken woken = co_await eye.changed(std::nullopt);
        if (woken == Woken::cancelled) co_return;
        const bool is_quiet = co_await until_quiet(eye, quiet);
        if (!is_quiet) co_return;
        addresses.before = std::move(addresses.now);
        addresses.now = host.addresses();
        if (addresses.now == addresses.before) continue;
        log::info("the addresses of this machine changed",
                  {{"before", one::join(addresses.before, " ")}, {"now", one::join(addresses.now, " ")}});
        show(standing, host, addresses.now);
        if (changed) changed(addresses);
    }
}

Async<> follow_host_name(const HostView& host, Eye& eye, std::chrono::milliseconds quiet, std::function<void()> changed)
{
    std::string name = host.host_name();
    for (;;) {
        const Woken woken = co_await eye.changed(std::nullopt);
        if (woken == Woken::cancelled) co_return;
        const bool is_quiet = co_await until_quiet(eye, quiet);
        if (!is_quiet) co_return;
        const std::string now = host.host_name();
        if (now == name) continue;
        log::info("the host name of this machine changed", {{"before", name}, {"now", now}});
        name = now;
        changed();
    }
}

Async<> follow_libvirt(const HostView& host, FileEye& eye, Standing& standing, std::chrono::milliseconds quiet,
                       std::function<void()> changed)
{
    bool listened = true;
    for (;;) {
        const auto watched = eye.watch(libvirt_sockets);  // anew each time: its directory may have been made meanwhile
        if (!watched) log::warning("libvirt's sockets are not watched", {{"reason", one::to_line(watched.error())}});
        const bool listens = libvirt_listens(host);
        if (listens && !listened) log::info("libvirt listens again");
        standing.trouble(Part::libvirt, listens ? "" : no_libvirt);
        listened = listens;
        const Woken woken = co_await eye.changed(std::nullopt);
        if (woken == Woken::cancelled) co_return;
        const bool is_quiet = co_await until_quiet(eye, quiet);
        if (!is_quiet) co_return;
        changed();
    }
}

Async<> follow_way_in(FileEye& eye, one::asio::thread_pool& worker, std::chrono::milliseconds quiet,
                      std::function<void()> changed)
{
    for (;;) {
        auto watch = [&eye] { return eye.watch(way_in); };  // anew each time: what was missing may have come
        const auto watched = co_await one::off_the_loop(worker, std::move(watch));
        if (!watched) log::warning("the way in is not watched", {{"reason", one::to_line(watched.error())}});
        const Woken woken = co_await eye.changed(std::nullopt);
        if (woken == Woken::cancelled) co_return;
        const bool is_quiet = co_await until_quiet(eye, quiet);
        if (!is_quiet) co_return;
        changed();
    }
}

}  // namespace onenode
