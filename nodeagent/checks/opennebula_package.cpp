// What Ruby drivers require before their first own line. Asked by requiring it, as oneadmin where it exists.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/ruby.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace onenode::checks {
namespace {

constexpr const char* opennebula =
    "load_opennebula_paths";  // of opennebula-rubygems; it makes /usr/share/one/gems count
constexpr std::string_view gems = "/usr/share/one/gems";

// One interpreter for all; a line for each that does not load, with whether it does where OpenNebula's gems do not count.
constexpr const char* script =
    "ARGV.each { |name| begin; require name; rescue LoadError, StandardError => e; "
    "alone = system(RbConfig.ruby, '-e', 'require ARGV[0]', name, %i[out err] => File::NULL); "
    "puts \"#{name}\\t#{'alone: ' if alone}#{e.message.lines.first}\"; end }";
constexpr std::string_view alone = "alone: ";

struct Failed {
    std::string name{};
    std::string reason{};
    bool loads_alone = false;
};

Failed failed_in(std::string_view line)
{
    const auto tab = line.find('\t');
    auto reason = line.substr(tab + 1);
    const bool loads_alone = reason.starts_with(alone);
    if (loads_alone) reason.remove_prefix(alone.size());
    return {.name = std::string{line.substr(0, tab)}, .reason = std::string{reason}, .loads_alone = loads_alone};
}

Result<std::vector<Failed>> try_libraries(const Facts& facts, const HostView& host)
{
    std::vector<std::string> words{"-e", script, opennebula};
    for (const auto& library : needed::by_ruby())
        words.emplace_back(library.name);
    TRY_LET(const auto output, ask_ruby(facts, host, std::move(words)));
    if (!output.ok())
        return one::fail({.thing = "Ruby", .reason = complaint_of(output), .next = "ruby --version", .doing = "ask"});
    std::vector<Failed> failed;
    for (const auto& line : one::split_lines(output.out))
        if (line.find('\t') != std::string::npos) failed.push_back(failed_in(line));
    return failed;
}

Finding not_tried(const HostView& host, std::span<const Package> packages)
{
    Finding finding{.severity = Severity::not_checked, .message = "Ruby does not run: see ruby-missing"};
    for (const auto& package : packages)
        for (auto& name : names_of(host, package))
            if (std::ranges::find(finding.packages, name) == finding.packages.end())
                finding.packages.push_back(std::move(name));
    return finding;
}

Findings run_package(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto failed = try_libraries(facts, host);
    const Package package = needed::node_package(context.type);
    if (!failed) return {not_tried(host, std::span{&package, 1})};
    const auto ours = std::ranges::find(*failed, opennebula, &Failed::name);
    if (ours == failed->end()) return {};
    if (ours->reason.find(gems) != std::string::npos)
        return {error(fmt::format("OpenNebula's Ruby libraries are incomplete: {}", ours->reason),
                      host.stat("/usr/share/one/gems-dist") ? "ln -s gems-dist /usr/share/one/gems"
                                                            : install(host, package))};
    auto finding =
        missing(Severity::error,
                fmt::format("OpenNebula's node package is not installed ({}): no Ruby probe would run", ours->reason),
                host, package);
    finding.fix += "  # of the front-end's version, from OpenNebula's repository";
    return {finding};
}

/// A distribution that ships the library as a gem (Debian 13) does not help: OpenNebula lets Ruby see its own gems alone.
Finding not_loaded(const HostView& host, const needed::Library& library, const Failed& failed)
{
    if (!failed.loads_alone)
        return missing(Severity::error, fmt::format("Ruby cannot load {}: {}", library.name, failed.reason), host,
                       library.package, std::string{library.object});
    return error(
        fmt::format("Ruby has {}, but cannot load it where OpenNebula's gems count: {}", library.name, failed.reason),
        fmt::format("{}  # anew, of this distribution: {} has none for this Ruby", install(host, needed::rubygems),
                    gems),
        std::string{library.object});
}

Findings run_libs(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto failed = try_libraries(facts, host);
    if (!failed) {
        std::vector<Package> all;
        for (const auto& library : needed::by_ruby())
            all.push_back(library.package);
        return {not_tried(host, all)};
    }
    Findings findings;
    for (const auto& library : needed::by_ruby()) {
        const auto found = std::ranges::find(*failed, library.name, &Failed::name);
        if (found != failed->end()) findings.push_back(not_loaded(host, library, *found));
    }
    return findings;
}

}  // namespace

constinit const Check opennebula_package{
    .id = "opennebula-package",
    .title = "OpenNebula's Ruby libraries are there",
    .run = run_package,
    .covers = "F78",
    .explain = "Whether Ruby finds what OpenNebula's node package brings (`load_opennebula_paths`, "
               "`/usr/share/one/gems`), found by requiring it.",
    .without_it = "no Ruby probe runs.",
    .mend = "install `opennebula-node-kvm` or `-lxc` of the front-end's version.",
};
constinit const Check ruby_libs{
    .id = "ruby-libs",
    .title = "Ruby loads the libraries that probes require",
    .run = run_libs,
    .object = "<library>",
    .covers = "F78",
    .explain = "Whether Ruby loads the libraries that probes require (`sqlite3`, `rexml`, ...), tried as oneadmin.",
    .without_it =
        "`Error monitoring Host kvm1 (27): ` and nothing more: the probe ends with a LoadError that nobody keeps.",
    .mend = "the package that brings it.",
};

}  // namespace onenode::checks
