// The small machine with its steps and checks, and the verbs on it.
#include "tests/unit/nodeagent/cli/stage.hpp"

#include "common/managed_block.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace onenode::cli {
namespace {

constexpr std::uint32_t oneadmin_id = 9869;
constexpr std::string_view notes = "/etc/notes";
constexpr std::array<std::string_view, 1> notes_read{notes};

Changes plan_account(const Facts& facts, const one::wire::DesiredState&)
{
    if (facts.user("oneadmin") != nullptr) return {};
    return {
        CreateGroup{.name = "oneadmin", .gid = oneadmin_id, .why = "OpenNebula's drivers run as it"},
        CreateUser{.name = "oneadmin",
                   .uid = oneadmin_id,
                   .gid = oneadmin_id,
                   .home = "/var/lib/one",
                   .shell = "/bin/bash",
                   .why = "OpenNebula's drivers run as it"},
        MakeDirectory{.path = "/var/lib/one", .mode = 0750, .owner = "oneadmin", .why = "its home"},
        MakeDirectory{
            .path = "/var/lib/one/datastores", .mode = 0750, .owner = "oneadmin", .why = "disks of virtual machines"}};
}

Changes plan_notes(const Facts& facts, const one::wire::DesiredState& desired)
{
    auto wanted = one::with_managed_block(facts.text(notes), "onenode", {"zone " + desired.zone});
    if (wanted == facts.text(notes)) return {};
    return {WriteFile{
        .path = std::string{notes}, .text = std::move(wanted), .block = "onenode", .why = "the zone is written down"}};
}

constexpr Step account{"account", "oneadmin has its account", {}, plan_account};
constexpr Step note{"notes", "the zone is written down", notes_read, plan_notes};
constexpr std::array steps_of_tests{&account, &note};

std::vector<Finding> find_broken(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.stat("/etc/broken")) return {};
    return {{Severity::error, "the machine is broken\nin two lines", "rm /etc/broken", "machine"}};
}

std::vector<Finding> find_odd(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.stat("/etc/odd")) return {};
    return {{Severity::warning, "the machine is odd", "rm /etc/odd", {}}};
}

constexpr Check broken{"broken", "the machine is whole", find_broken, false};
constexpr Check odd{"odd", "the machine is even", find_odd, false};
constexpr std::array checks_of_tests{&broken, &odd};

}  // namespace

Result<> FakePath::datagram(const std::string& address, int port, std::string_view bytes)
{
    if (on_datagram) on_datagram();
    sent.push_back("udp " + address + ":" + std::to_string(port) + " " + std::string{bytes});
    return {};
}

Result<> FakePath::line(const std::string& address, int port, std::string_view line)
{
    sent.push_back("tcp " + address + ":" + std::to_string(port) + " " + std::string{line});
    return {};
}

FakeHost small_machine()
{
    FakeHost host;
    host.with_file("/etc/os-release", "ID=debian\nVERSION_ID=12\n")
        .with_file("/proc/sys/kernel/osrelease", "6.1.0-1-amd64\n")
        .with_file("/etc/notes", "mine")
        .with_directory("/run/systemd/system")
        .with_address("10.0.0.11")
        .answering({"uname", "-m"}, CommandOutput{.out = "x86_64\n"})
        .answering({"systemctl"}, CommandOutput{});
    return host;
}

std::span<const Step* const> small_steps()
{
    return steps_of_tests;
}
std::span<const Check* const> small_checks()
{
    return checks_of_tests;
}

Stage::Stage(FakeHost machine) : host(std::move(machine)), network(std::make_unique<FakePath>(), Signals::leave_alone)
{
    path = static_cast<FakePath*>(&network.monitoring_path());
    token = front_end.token();
    const auto now = host.now().time_since_epoch();
    front_end.with([now](FakeCloud& cloud) {
        cloud.time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    });
}

Played Stage::join(JoinOptions options)
{
    if (options.frontend.empty()) options.frontend = front_end.address();
    return play([&](World& world) { return cli::join(options, world); });
}

Played Stage::join_as_given(const JoinOptions& options)
{
    return play([&](World& world) { return cli::join(options, world); });
}

Played Stage::print_config(const JoinOptions& options)
{
    return play([&](World& world) { return cli::print_config(options, world); });
}

Played Stage::leave(LeaveOptions options)
{
    return play([&](World& world) { return cli::leave(options, world); });
}

Played Stage::status(StatusOptions options)
{
    return play([&](World& world) { return cli::status(options, world); });
}

Played Stage::history(HistoryOptions options)
{
    return play([&](World& world) { return cli::history(options, world); });
}

Played Stage::prepare(PrepareOptions options)
{
    return play([&](World& world) { return cli::prepare(options, world); });
}

void Stage::stop_soon()
{
    one::asio::post(network.executor(), [this] { network.interrupt(); });
}

Played Stage::doctor(DoctorOptions options)
{
    return play([&](World& world) { return cli::doctor(options, world); });
}

Played Stage::play(const std::function<Exit(World&)>& verb)
{
    struct Closed {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::array<char*, 2> text{};
    std::array<std::size_t, 2> size{};
    Played played;
    try {
        const std::unique_ptr<std::FILE, Closed> out{::open_memstream(&text[0], &size[0])};
        const std::unique_ptr<std::FILE, Closed> err{::open_memstream(&text[1], &size[1])};
        Terminal terminal{output, Color::no, out.get(), err.get()};
        World world{.host = &host,
                    .terminal = &terminal,
                    .network = &network,
                    .token_from_environment = one::Secret{std::string_view{token}},
                    .steps = steps,
                    .preflight = preflight,
                    .after_apply = after_apply,
                    .patience = patience};
        played.exit = verb(world);
    } catch (const Died&) {
        for (char* one : text)
            std::free(one);
        throw;
    }
    played.out.assign(text[0], size[0]);
    played.err.assign(text[1], size[1]);
    for (char* one : text)
        std::free(one);
    return played;
}

std::string Stage::stable(std::string text) const
{
    const std::string address = front_end.address();
    for (auto at = text.find(address); at != std::string::npos; at = text.find(address))
        text.replace(at, address.size(), "one.example.com:4125");
    return text;
}

Snapshot Stage::machine() const
{
    Snapshot all = host.snapshot();
    std::erase_if(all, [](const auto& item) {
        return item.first.find("/var/lib/onenode") != std::string::npos ||
               item.first.find("/run/onenode") != std::string::npos;
    });
    return all;
}

}  // namespace onenode::cli
