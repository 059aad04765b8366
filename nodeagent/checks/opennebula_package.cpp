// What Ruby drivers require before their first own line. Asked by requiring it, as oneadmin where it exists.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Library {
    const char* name;
    Package package;
    std::string_view object;  // in the id
};

constexpr const char* opennebula =
    "load_opennebula_paths";  // of opennebula-rubygems; it makes /usr/share/one/gems count
constexpr std::string_view gems = "/usr/share/one/gems";

// Read from the remotes of OpenNebula 7.4.0. Red Hat splits off what Debian ships with Ruby.
constexpr std::array libraries{
    Library{"sqlite3", {"ruby-sqlite3", "rubygem-sqlite3"}, "sqlite3"},
    Library{"rexml/document", {"ruby-rexml", "rubygem-rexml"}, "rexml"},
    Library{"json", {"libruby", "rubygem-json"}, "json"},
    Library{"yaml", {"libruby", "rubygem-psych"}, "yaml"},
    Library{"open3", {"libruby", "ruby-libs"}, "open3"},
    Library{"base64", {"libruby", "ruby-libs"}, "base64"},
    Library{"zlib", {"libruby", "ruby-libs"}, "zlib"},
    Library{"openssl", {"libruby", "rubygem-openssl", "ruby-libs"}, "openssl"},
};

// One interpreter for all; a line for each that does not load.
constexpr const char* script = "ARGV.each { |name| begin; require name; rescue LoadError, StandardError => e; "
                               "puts \"#{name}\\t#{e.message.lines.first}\"; end }";

struct Failed {
    std::string name{};
    std::string reason{};
};

Result<std::vector<Failed>> try_libraries(const Facts& facts, const HostView& host)
{
    std::vector<std::string> argv{"ruby", "-e", script, opennebula};
    for (const auto& library : libraries)
        argv.emplace_back(library.name);
    const bool has_account = facts.user(oneadmin::name) != nullptr;
    TRY_LET(const auto output,
            host.look({.argv = std::move(argv), .user = has_account ? std::string{oneadmin::name} : std::string{}}));
    if (!output.ok()) return one::fail({.thing = "Ruby", .reason = complaint_of(output), .doing = "ask"});
    std::vector<Failed> failed;
    for (const auto& line : one::split_lines(output.out))
        if (const auto tab = line.find('\t'); tab != std::string::npos)
            failed.push_back({line.substr(0, tab), line.substr(tab + 1)});
    return failed;
}

std::string node_package(const HostView& host, const CheckContext& context)
{
    const std::string_view name = is_lxc(context) ? "opennebula-node-lxc" : "opennebula-node-kvm";
    return install(host, {name, name});
}

Findings run_package(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto failed = try_libraries(facts, host);
    if (!failed) return not_checked("Ruby does not run: see ruby-missing");
    const auto ours = std::ranges::find(*failed, opennebula, &Failed::name);
    if (ours == failed->end()) return {};
    if (ours->reason.find(gems) != std::string::npos)
        return {error(fmt::format("OpenNebula's Ruby libraries are incomplete: {}", ours->reason),
                      host.stat("/usr/share/one/gems-dist") ? "ln -s gems-dist /usr/share/one/gems"
                                                            : node_package(host, context))};
    return {error(fmt::format("OpenNebula's node package is not installed ({}): no Ruby probe would run", ours->reason),
                  node_package(host, context) + "  # of the front-end's version, from OpenNebula's repository")};
}

Findings run_libs(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto failed = try_libraries(facts, host);
    if (!failed) return not_checked("Ruby does not run: see ruby-missing");
    Findings findings;
    for (const auto& library : libraries) {
        const auto found = std::ranges::find(*failed, library.name, &Failed::name);
        if (found != failed->end())
            findings.push_back(error(fmt::format("Ruby cannot load {}: {}", library.name, found->reason),
                                     install(host, library.package), std::string{library.object}));
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
    .mend = "the package that brings it.",
};

}  // namespace onenode::checks
