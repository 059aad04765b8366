// What this machine calls itself is what libvirt tells peers and monitoring tells the front-end (F34).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include "common/text/address.hpp"
#include "common/text/letters.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

std::string label_of(const std::string& name)
{
    return name.substr(0, name.find('.'));
}

std::string rename(const std::string& name)
{
    return fmt::format("hostnamectl set-hostname {}", name);
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    const auto now = host.host_name();
    const auto kept = word_in(host, "/etc/hostname");
    if (now.empty() || now == "localhost" || now.starts_with("localhost."))
        return {warning("this machine calls itself localhost, as every machine does",
                        rename(context.name.empty() ? "NAME" : context.name))};
    if (!kept.empty() && kept.front() != '#' && label_of(kept) != label_of(now) && kept != "localhost")
        return {warning(
            fmt::format("this machine calls itself {} now and {} after the next boot (/etc/hostname)", now, kept),
            rename(now))};
    const bool may_be = one::consists_of(context.name, "-._");  // of others host-name-invalid tells
    if (!context.name.empty() && may_be && !one::is_address(context.name) && label_of(context.name) != label_of(now))
        return {
            warning(fmt::format("OpenNebula would know this machine as {}, and it calls itself {}: guests that migrate "
                                "here look for {}",
                                context.name, now, now),
                    rename(context.name))};
    return {};
}

}  // namespace

constinit const Check hostname_mismatch{
    .id = "hostname-mismatch",
    .title = "this machine calls itself what others call it",
    .run = run,
    .severity = Severity::warning,
    .covers = "F34",
    .explain =
        "Whether this machine calls itself what OpenNebula would know it as, now and after the next boot, and not "
        "`localhost`. libvirt tells peers this name when a guest migrates here. An address as `--name` is fine.",
    .without_it = "a live migration to here ends with `unable to resolve` a name that nobody knows.",
    .mend = "`hostnamectl`.",
};

}  // namespace onenode::checks
