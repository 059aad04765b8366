// The answers of apt-get, apt-cache and dpkg-query, and the small checks about what they install.
#include "tests/unit/nodeagent/cli/fake_apt.hpp"

#include <algorithm>
#include <utility>
#include <array>

namespace onenode::cli {
namespace {

constexpr const char* node_package = "/usr/share/one-node";

std::vector<Finding> look_for(const HostView& host, const char* program, Severity severity)
{
    if (host.find_program(program)) return {};
    const std::string name{program};
    return {{severity, name + " is not installed", "apt install " + name, {}, {name}}};
}

std::vector<Finding> find_rsync(const Facts&, const HostView& host, const CheckContext&)
{
    return look_for(host, "rsync", Severity::error);
}
std::vector<Finding> find_jq(const Facts&, const HostView& host, const CheckContext&)
{
    return look_for(host, "jq", Severity::warning);
}
std::vector<Finding> find_ruby(const Facts&, const HostView& host, const CheckContext&)
{
    return look_for(host, "ruby", Severity::error);
}
std::vector<Finding> find_node_package(const Facts&, const HostView& host, const CheckContext&)
{
    if (host.stat(node_package)) return {};
    Finding finding{Severity::not_checked, "Ruby does not run", {}, {}, {"opennebula-node-kvm", "opennebula-rubygems"}};
    if (!host.find_program("ruby")) return {finding};
    finding.severity = Severity::error;
    finding.message = "OpenNebula's node package is not installed";
    finding.fix = "apt install opennebula-node-kvm opennebula-rubygems";
    return {finding};
}

constexpr Check rsync{"rsync-missing", "rsync is installed", find_rsync};
constexpr Check jq{"driver-command", "jq is installed", find_jq};
constexpr Check ruby{"ruby-missing", "Ruby is installed", find_ruby};
constexpr Check node{"opennebula-package", "OpenNebula's package is installed", find_node_package};
constexpr std::array all{&rsync, &jq, &ruby, &node};

bool has(const Command& command, std::string_view word)
{
    return std::ranges::find(command.argv, word) != command.argv.end();
}

}  // namespace

std::span<const Check* const> checks_of_packages()
{
    return all;
}

FakeApt::FakeApt(FakeHost& host) : host_(&host)
{
    host.with_directory("/var/lib/dpkg")
        .with_program("apt-get")
        .answering({"apt-get"}, [this](const Command& command) { return Result<CommandOutput>{apt_get(command)}; })
        .answering({"apt-cache", "madison"},
                   [this](const Command& command) { return Result<CommandOutput>{madison(command)}; })
        .answering({"dpkg-query", "-W"},
                   [this](const Command& command) { return Result<CommandOutput>{dpkg_query(command)}; });
}

bool FakeApt::is_trial(const Command& command) const
{
    return has(command, "Dir::Etc::sourceparts=-");
}

CommandOutput FakeApt::apt_get(const Command& command)
{
    if (is_trial(command)) {
        constexpr std::string_view list = "Dir::Etc::sourcelist=";
        for (const auto& word : command.argv)
            if (word.starts_with(list)) tried = *host_->read(word.substr(list.size()));
        return trial;
    }
    if (has(command, "update")) {
        ++updates;
        return update;
    }
    if (!has(command, "install")) return {};
    if (has(command, "--simulate")) {
        auto now = simulation;
        if (const auto then = std::exchange(when_simulated, {})) then();
        return now;
    }
    requested.clear();
    for (auto word = command.argv.begin() + 2; word != command.argv.end(); ++word) {
        if (*word == "-o")
            ++word;
        else if (!word->starts_with('-'))
            requested.push_back(*word);
    }
    if (!result.ok()) return result;
    for (const auto& package : requested) {
        const auto name = package.substr(0, package.find('='));
        installed.insert(name);
        if (name == "opennebula-node-kvm")
            host_->with_directory(node_package);
        else
            host_->with_program(name);
    }
    if (when_installed) when_installed();
    return result;
}

CommandOutput FakeApt::madison(const Command& command) const
{
    const auto& name = command.argv.back();
    CommandOutput output;
    const auto& known = is_trial(command) ? named : offers;
    if (const auto found = known.find(name); found != known.end())
        for (const auto& version : found->second)
            output.out += name + " | " + version + " | https://repository Packages\n";
    return output;
}

CommandOutput FakeApt::dpkg_query(const Command& command) const
{
    CommandOutput output;
    for (const auto& word : command.argv)
        if (installed.contains(word)) output.out += "ii  " + word + "\n";
    return output;
}

}  // namespace onenode::cli
