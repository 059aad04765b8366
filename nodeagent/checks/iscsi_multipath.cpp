// A SAN tells machines apart by their initiator's name alone: two with the same one write the same volumes, and each
// believes that it is alone (F125). That two are equal only both ends see; that a name came with an image is seen here.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/gather.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr const char* initiator_file = "/etc/iscsi/initiatorname.iscsi";
constexpr const char* machine_id = "/etc/machine-id";
constexpr long long one_day = 24LL * 60 * 60;  // an installer makes both within that

constexpr const char* new_name =
    "name=$(iscsi-iname) && printf 'InitiatorName=%s\\n' \"$name\" >/etc/iscsi/initiatorname.iscsi && systemctl "
    "restart "
    "iscsid  # without sessions, and the SAN has to learn it; if nobody else has the old one: touch that file";

// Volumes of a SAN were, or are, attached.
bool uses_iscsi(const HostView& host)
{
    return std::ranges::any_of(
        std::array{"/sys/class/iscsi_session", "/var/lib/iscsi/nodes", "/etc/iscsi/nodes"},
        [&host](const char* directory) { return !host.list(directory).value_or(std::vector<std::string>{}).empty(); });
}

std::vector<long long> times_of(const HostView& host, const std::vector<std::string>& paths)
{
    std::vector<std::string> argv{"stat", "--format=%Y", "--"};
    argv.insert(argv.end(), paths.begin(), paths.end());
    const auto output = host.look({.argv = std::move(argv)});
    std::vector<long long> times;
    if (!output || !output->ok()) return times;
    for (const auto& line : one::split_lines(output->out))
        if (const auto time = number_of(line)) times.push_back(*time);
    return times;
}

void look_at_name(const HostView& host, Findings& findings)
{
    const auto name = iscsi_initiator(host);
    if (name.empty()) return;
    const auto times = times_of(host, {initiator_file, machine_id});
    if (times.size() != 2 || times[0] + one_day > times[1]) return;
    auto message =
        fmt::format("the iSCSI initiator's name {} is older than this machine's id: it came with an image, and "
                    "whoever else was cloned from that has it too; a SAN lets both write the same volumes",
                    name);
    findings.push_back(uses_iscsi(host) ? error(std::move(message), new_name, "initiator")
                                        : warning(std::move(message), new_name, "initiator"));
}

// A map of one path is a local disk's, most often: multipathd took it before the machine's own file system could.
void look_at_maps(const HostView& host, Findings& findings)
{
    const auto blocks = host.list("/sys/block").value_or(std::vector<std::string>{});
    for (const auto& map : blocks) {
        if (!word_in(host, fmt::format("/sys/block/{}/dm/uuid", map)).starts_with("mpath-")) continue;
        const auto paths = host.list(fmt::format("/sys/block/{}/slaves", map)).value_or(std::vector<std::string>{});
        if (paths.size() != 1) continue;
        findings.push_back(warning(
            fmt::format("multipathd holds {}, which has this one path only: a local disk that it took, or a SAN with "
                        "one way to it",
                        paths.front()),
            fmt::format("multipath -ll; a local disk: multipath -f {0} and its wwid into `blacklist` of "
                        "/etc/multipath.conf (lsblk -o NAME,WWN /dev/{1})",
                        word_in(host, fmt::format("/sys/block/{}/dm/name", map)), paths.front()),
            "path"));
        return;
    }
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    look_at_name(host, findings);
    look_at_maps(host, findings);
    return findings;
}

}  // namespace

constinit const Check iscsi_multipath{
    .id = "iscsi-multipath",
    .title = "a SAN can tell this machine from others",
    .run = run,
    .data_loss = true,
    .object = "<initiator|path>",
    .covers = "F125",
    .explain = "Whether the name by which iSCSI knows this machine was made for it: one that is a day older than "
               "`/etc/machine-id` came with an image. An error where volumes of a SAN are or were attached here, a "
               "warning elsewhere. A name that another node has "
               "is found by the front-end, which refuses the join. And, a warning, whether multipathd holds a disk "
               "that has one path only.",
    .without_it = "two hosts write one volume at the same time, and its file system is damaged without an error.",
    .mend = "a new name before the first session; a `blacklist` for local disks.",
};

}  // namespace onenode::checks
