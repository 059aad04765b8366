// One list of what lasts: name, address, type, cluster, ignored checks, accepted risks; and the front-end itself.
#include "nodeagent/cli/settings.hpp"

#include "common/command.hpp"
#include "common/text/duration.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/link/connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::cli {

namespace wire = one::wire;

namespace {

constexpr const char* usual_type = "kvm";

struct Lasting {
    std::string_view flag;
    std::string JoinOptions::*asked;
    std::string wire::Wishes::*before;
};

constexpr std::array lasting{
    Lasting{"--name", &JoinOptions::name, &wire::Wishes::name},
    Lasting{"--address", &JoinOptions::address, &wire::Wishes::address},
    Lasting{"--type", &JoinOptions::type, &wire::Wishes::type},
    Lasting{"--cluster", &JoinOptions::cluster, &wire::Wishes::cluster},
};

// A join without --type wishes for the usual one, so that is no loss.
std::string before(const Membership& member, const Lasting& setting)
{
    const auto& value = member.wishes.*setting.before;
    return setting.flag == "--type" && value == usual_type ? std::string{} : value;
}

/// What stands in the first list alone.
std::vector<std::string> without(std::vector<std::string> words, const std::vector<std::string>& others)
{
    std::erase_if(words, [&others](const auto& word) { return std::ranges::find(others, word) != others.end(); });
    return words;
}

void compare(std::vector<Difference>& all, std::string_view flag, const std::string& asked, const std::string& is,
             Difference difference)
{
    if (asked.empty() || asked == is) return;
    difference.what = fmt::format("{} {} (it is {})", flag, asked, is.empty() ? "not set" : is);
    all.push_back(std::move(difference));
}

}  // namespace

bool asks_for_nothing(const JoinOptions& options)
{
    return options.frontend.empty() && options.ignore.empty() && risks::lasting(options.accepted_risks).empty() &&
           std::ranges::all_of(lasting, [&options](const Lasting& one) { return (options.*one.asked).empty(); });
}

JoinOptions completed(JoinOptions options, const Membership& member)
{
    if (options.frontend.empty()) options.frontend = member.frontend;
    for (const auto& one : lasting)
        if ((options.*one.asked).empty()) options.*one.asked = before(member, one);
    for (auto& id : without(member.ignored, options.ignore))
        options.ignore.push_back(std::move(id));
    for (auto& risk : without(member.accepted_risks, options.accepted_risks))
        options.accepted_risks.push_back(std::move(risk));
    options.install_packages = options.install_packages || member.installs_packages;
    return options;
}

std::vector<std::string> lost_settings(const JoinOptions& options, const Membership& member)
{
    std::vector<std::string> lost;
    for (const auto& one : lasting)
        if (const auto value = before(member, one); !value.empty() && (options.*one.asked).empty())
            lost.push_back(fmt::format("{} {}", one.flag, value));
    if (const auto gone = without(member.ignored, options.ignore); !gone.empty())
        lost.push_back("--ignore=" + one::join(gone, ","));
    if (const auto gone = without(member.accepted_risks, options.accepted_risks); !gone.empty())
        lost.push_back("--accept-risk=" + one::join(gone, ","));
    return lost;
}

Result<std::vector<Difference>> different_settings(const JoinOptions& options, const Membership& member)
{
    std::vector<Difference> all;
    if (!options.frontend.empty()) {
        TRY_LET(const auto target, parse_frontend(options.frontend));
        compare(all, "the front-end", to_text(target), member.frontend,
                {.how = "the front-end: a machine belongs to one; leave it, then join the other"});
    }
    const auto& is = member.desired;
    compare(all, "--name", options.name, is.node_name,
            {.how = "--name: a host keeps its name while it is joined; leave, then join"});
    compare(all, "--type", options.type, is.type,
            {.how = "--type: OpenNebula chooses a host's drivers when it is made; leave, then join"});
    compare(all, "--address", options.address, member.wishes.address,
            {.how = "--address: every proof of the join was about it; leave, then join"});
    compare(all, "--cluster", options.cluster, member.wishes.cluster,
            {.how = fmt::format("--cluster: on the front-end, onecluster addhost {} {}; this machine need not leave",
                                options.cluster, is.node_name),
             .needs_leave = false});
    if (const auto more = without(risks::lasting(options.accepted_risks), member.accepted_risks); !more.empty())
        compare(all, "--accept-risk", one::join(more, ","), {},
                {.how = "--accept-risk: a risk is accepted when a machine joins; leave, then join"});
    return all;
}

std::string command_for(const JoinOptions& options)
{
    std::vector<std::string> argv{"onenode", "join"};
    if (!options.frontend.empty()) argv.push_back(options.frontend);
    const auto add = [&argv](std::string_view flag, const std::string& value) {
        if (value.empty()) return;
        argv.emplace_back(flag);
        argv.push_back(value);
    };
    for (const auto& one : lasting)
        add(one.flag, options.*one.asked);
    if (!options.ignore.empty()) argv.push_back("--ignore=" + one::join(options.ignore, ","));
    if (!options.accepted_risks.empty()) argv.push_back("--accept-risk=" + one::join(options.accepted_risks, ","));
    add("--token-file", options.token_file);
    add("--fingerprint", options.fingerprint);
    if (options.wait != JoinOptions{}.wait) add("--wait", one::to_text(options.wait));
    if (options.install_packages) argv.emplace_back("--install-packages");
    if (options.unattended) argv.emplace_back("--unattended");
    if (options.dry_run) argv.emplace_back("--dry-run");
    return one::to_shell(argv);
}

}  // namespace onenode::cli
