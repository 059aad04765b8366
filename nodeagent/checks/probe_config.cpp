// Probes end with an error where their configuration is missing or is not YAML (F83). Parsed by Ruby, as they do it.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/ruby.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr const char* script =
    "ARGV.each { |name| begin; YAML.parse_file(name); rescue StandardError, SyntaxError => e; "
    "puts \"#{name}\\t#{e.message.lines.first}\"; end }";
constexpr std::string_view needed = "pci.conf";  // the one that pci.rb does not do without

std::string advice(const std::string& path)
{
    return fmt::format("onehost sync --force  # on the front-end, once its own copy of {} is right", path);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto directory = fmt::format("/var/tmp/one/etc/im/{}-probes.d", is_lxc(context) ? "lxc" : "kvm");
    const auto names = host.list(directory);
    if (!names) return {};  // no front-end was here yet
    if (std::ranges::find(*names, needed) == names->end() && !is_lxc(context))
        return {error(fmt::format("there is no {}/{}, and pci.rb ends with an error without it", directory, needed),
                      advice(fmt::format("{}/{}", directory, needed)))};

    std::vector<std::string> words{"-ryaml", "-e", script};
    for (const auto& name : *names)
        if (name.ends_with(".conf")) words.push_back(fmt::format("{}/{}", directory, name));
    const auto output = ask_ruby(facts, host, std::move(words));
    if (!output || !output->ok()) return not_checked("Ruby does not run: see ruby-missing");
    Findings findings;
    for (const auto& line : one::split_lines(output->out))
        if (const auto tab = line.find('\t'); tab != std::string::npos)
            findings.push_back(error(fmt::format("a probe cannot read its configuration: {}", line.substr(tab + 1)),
                                     advice(line.substr(0, tab))));
    return findings;
}

}  // namespace

constinit const Check probe_config{
    .id = "probe-config",
    .title = "probes can read their configuration",
    .run = run,
    .covers = "F83",
    .explain = "Whether probes can read their configuration (`/var/tmp/one/etc/im`), once a front-end brought it: "
               "parsed by Ruby, as they do it.",
    .without_it = "`Invalid configuration`, and the host goes to ERROR.",
    .mend = "mend it on the front-end, and sync.",
};

}  // namespace onenode::checks
