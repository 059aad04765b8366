// The two tools, told apart only here. They run in C's language, without a terminal and with an empty standard input.
#include "nodeagent/core/packages.hpp"

#include "common/text/words.hpp"
#include "common/wire/repository.hpp"
#include "nodeagent/core/package_output.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace onenode::packages {
namespace {

constexpr std::chrono::seconds look_limit{120};  // dnf may have to fetch its lists first
constexpr std::chrono::minutes refresh_limit{5};
constexpr std::chrono::minutes install_limit{30};
constexpr std::size_t output_limit = 1 << 20;

std::string name_of(const std::string& package)
{
    return package.substr(0, package.find('='));
}

// A look, also as root, leaves no cache behind.
constexpr std::array without_cache{"-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="};

// The lock's limit is for who comes in between: that nobody else installs was waited for before.
std::vector<std::string> options_of(std::string_view tool)
{
    if (tool != apt) return {"-y", "--setopt=clean_requirements_on_remove=False"};
    return {"-y", "--no-remove",
            "-o", "DPkg::Lock::Timeout=60",
            "-o", "Dpkg::Options::=--force-confdef",
            "-o", "Dpkg::Options::=--force-confold"};
}

std::vector<std::string> install_argv(const InstallPackages& change, std::vector<std::string> options)
{
    std::vector<std::string> argv{change.tool, "install"};
    argv.insert(argv.end(), options.begin(), options.end());
    for (const auto& package : change.packages) {
        argv.push_back(package);
        if (change.tool != apt) std::ranges::replace(argv.back(), '=', '-');
    }
    return argv;
}

// Of "7.10.0": 7, 10 and 0.
std::vector<unsigned> numbers_of(std::string_view version)
{
    std::vector<unsigned> numbers;
    while (!version.empty()) {
        const auto part = version.substr(0, version.find('.'));
        numbers.push_back(0);
        std::from_chars(part.data(), part.data() + part.size(), numbers.back());
        version.remove_prefix(std::min(part.size() + 1, version.size()));
    }
    return numbers;
}

bool is_interrupted(const CommandOutput& output)
{
    return (output.err + output.out).find("dpkg was interrupted") != std::string::npos;
}

}  // namespace

// needrestart (Ubuntu) only lists what it would restart.
Command quiet(std::vector<std::string> argv, std::chrono::milliseconds limit)
{
    return {.argv = std::move(argv),
            .environment = {{"DEBIAN_FRONTEND", "noninteractive"},
                            {"APT_LISTCHANGES_FRONTEND", "none"},
                            {"UCF_FORCE_CONFFOLD", "1"},
                            {"NEEDRESTART_MODE", "l"}},
            .limit = limit,
            .output_limit = output_limit};
}

std::optional<std::string> tool_of(const HostView& host)
{
    if (host.stat("/var/lib/dpkg") && host.find_program(apt)) return apt;
    if (host.find_program(dnf)) return dnf;
    return std::nullopt;
}

Result<std::vector<std::string>> installed(const HostView& host, std::string_view tool,
                                           const std::vector<std::string>& packages)
{
    if (packages.empty()) return std::vector<std::string>{};
    auto argv = tool == apt ? std::vector<std::string>{"dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n"}
                            : std::vector<std::string>{"rpm", "-q", "--qf", "ii %{NAME}\n"};
    for (const auto& package : packages)
        argv.push_back(name_of(package));
    TRY_LET(const auto output, host.look(quiet(std::move(argv), look_limit)));  // fails where one of them is unknown
    std::vector<std::string> names;
    for (const auto& line : one::split_lines(output.out)) {
        const auto words = one::split_words(line);
        if (words.size() == 2 && words[0] == "ii") names.push_back(words[1]);
    }
    std::vector<std::string> found;
    for (const auto& package : packages)
        if (std::ranges::find(names, name_of(package)) != names.end()) found.push_back(package);
    return found;
}

Result<std::vector<std::string>> offered(const HostView& host, std::string_view tool, const std::string& name)
{
    std::vector<std::string> argv{"apt-cache", "madison"};
    if (tool == apt)
        argv.insert(argv.end(), without_cache.begin(), without_cache.end());
    else
        argv = {dnf, "-q", "repoquery", "--available", "--qf", "%{version}-%{release}\n"};
    argv.push_back(name);
    TRY_LET(const auto output, host.look(quiet(std::move(argv), look_limit)));
    if (!output.ok()) {
        auto error = complaint_about(InstallPackages{.tool = std::string{tool}, .packages = {name}}, output);
        error.doing = "look for";
        return one::fail(std::move(error));
    }
    return tool == apt ? versions_of_madison(output.out) : one::split_words(output.out);
}

std::string_view upstream(std::string_view version)
{
    version.remove_prefix(version.find(':') == std::string_view::npos ? 0 : version.find(':') + 1);
    return version.substr(0, version.find('-'));
}

std::optional<std::string> version_here(const HostView& host)
{
    const auto output = host.look(
        {.argv =
             tool_of(host) == apt
                 ? std::vector<std::string>{"dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}\n", on_every_node}
                 : std::vector<std::string>{"rpm", "-q", "--qf", "ii %{VERSION}-%{RELEASE}\n", on_every_node}});
    if (!output || !output->ok()) return std::nullopt;
    const auto words = one::split_words(output->out);
    if (words.size() != 2 || words[0] != "ii") return std::nullopt;
    return words[1];
}

std::optional<OtherVersion> other_version(const HostView& host, const std::string& opennebula)
{
    if (opennebula.empty()) return std::nullopt;
    const auto version = version_here(host);
    if (!version) return std::nullopt;
    const auto here = upstream(*version);
    if (here == opennebula || here.starts_with(opennebula + '.')) return std::nullopt;  // oned tells no fourth number
    return OtherVersion{.package = on_every_node,
                        .here = *version,
                        .there = opennebula,
                        .same_release = one::wire::release_of(here) == one::wire::release_of(opennebula),
                        .newer_here = numbers_of(here) > numbers_of(opennebula)};
}

Result<Effects> effects_of(const HostView& host, const InstallPackages& change)
{
    const bool is_apt = change.tool == apt;
    std::vector<std::string> options{is_apt ? "--simulate" : "--assumeno"};
    if (is_apt) options.insert(options.end(), without_cache.begin(), without_cache.end());
    auto argv = install_argv(change, std::move(options));
    TRY_LET(const auto output, host.look(quiet(std::move(argv), look_limit)));
    const bool rehearsed = is_apt ? output.ok()
                                  : output.out.find("Operation aborted") != std::string::npos ||
                                        output.err.find("Operation aborted") != std::string::npos;
    if (!rehearsed && !output.ok()) return one::fail(complaint_about(change, output));
    return is_apt ? effects_in_simulation(output.out) : effects_in_table(output.out);
}

Result<> refresh(Host& host, std::string_view tool)
{
    if (tool != apt) return {};
    const InstallPackages lists{.tool = std::string{tool}};
    TRY_LET(const auto output, host.run(quiet({apt, "update", "-q", "-o", "DPkg::Lock::Timeout=60"}, refresh_limit)));
    if (!output.ok()) return one::fail(complaint_about(lists, output));
    return {};
}

// An install that was killed leaves dpkg in the middle, and then it does nothing else before it is told to go on.
Result<> install(Host& host, const InstallPackages& change)
{
    const auto command = quiet(install_argv(change, options_of(change.tool)), install_limit);
    TRY_LET(auto output, host.run(command).map_error(one::while_doing("install")));
    if (change.tool == apt && is_interrupted(output)) {
        TRY_LET(const auto finished,
                host.run(quiet({"dpkg", "--configure", "-a", "--force-confdef", "--force-confold"}, install_limit)));
        if (!finished.ok()) return one::fail(complaint_about(change, finished));
        TRY_LET(output, host.run(command).map_error(one::while_doing("install")));
    }
    if (!output.ok()) return one::fail(complaint_about(change, output));
    return {};
}

std::string command_line(const InstallPackages& change)
{
    return one::to_shell(install_argv(change, options_of(change.tool)));
}

}  // namespace onenode::packages
