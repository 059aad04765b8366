// The state file: JSON, written whole, root only. An older onenode may have written it, so what is absent is as it was
// before there was such a field: its default.
#include "nodeagent/link/membership.hpp"

#include "common/text/printable.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/visit.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace onenode {
namespace {

constexpr std::string_view schema = "onenode-state/1";
constexpr std::array phases{std::pair{MemberPhase::enrolled, std::string_view{"enrolled"}},
                            std::pair{MemberPhase::joined, std::string_view{"joined"}},
                            std::pair{MemberPhase::leaving, std::string_view{"leaving"}},
                            std::pair{MemberPhase::undone, std::string_view{"undone"}}};

struct File {
    std::string schema{};
    std::string phase{};
    Membership membership{};
};

template <class V>
void fields(V& v, File& m)
{
    v("schema", m.schema);
    v("phase", m.phase);
    v("frontend", m.membership.frontend);
    v("wishes", m.membership.wishes);
    v("ignored", m.membership.ignored);
    v("accepted_risks", m.membership.accepted_risks);
    v("installs_packages", m.membership.installs_packages);
    v("fingerprint", m.membership.fingerprint);
    v("node_id", m.membership.node_id);
    v("host_id", m.membership.host_id);
    v("joined_at", m.membership.joined_at);
    v("desired", m.membership.desired);
}

Error damaged(const std::string& reason)
{
    return {.kind = ErrorKind::invalid,
            .thing = places::membership,
            .reason = reason,
            .next = std::string{"restore it from a backup, or move it away and run `onenode leave "
                                "--offline`: mv "} +
                    places::membership + " /root/",
            .doing = "read"};
}

Error of_another_version(const std::string& its_schema)
{
    return {.kind = ErrorKind::unsupported,
            .thing = places::membership,
            .reason = fmt::format("another version of onenode wrote it: its format is {}, this one's {}",
                                  one::printable(its_schema), schema),
            .next = "nothing was touched; install the onenode that wrote it, and run the same command again",
            .doing = "read"};
}

}  // namespace

std::string_view to_string(MemberPhase phase)
{
    for (const auto& [value, word] : phases)
        if (value == phase) return word;
    return "enrolled";
}

Result<std::optional<Membership>> load_membership(const HostView& host)
{
    auto text = host.read(places::membership);
    if (!text && text.error().kind == ErrorKind::not_found) return std::optional<Membership>{};
    if (!text) return one::fail(text.error());
    auto file = one::wire::read_from_json<File>(*text, one::wire::Absent::keeps_default);
    if (!file) return one::fail(damaged(one::to_line(file.error())));
    if (file->schema != schema) return one::fail(of_another_version(file->schema));
    if (file->membership.frontend.empty()) return one::fail(damaged("it names no front-end"));
    for (const auto& [value, word] : phases) {
        if (word != file->phase) continue;
        file->membership.phase = value;
        return std::optional{std::move(file->membership)};
    }
    return one::fail(damaged("its phase is unknown"));
}

Result<> save_membership(Host& host, const Membership& membership)
{
    const File file{std::string{schema}, std::string{to_string(membership.phase)}, membership};
    return host.write({.path = places::membership, .text = one::wire::written_as_json(file) + '\n', .mode = 0600})
        .map_error(one::while_doing("write"));
}

Result<> forget_membership(Host& host)
{
    TRY(host.tidy(places::membership));
    return host.remove(places::membership);
}

}  // namespace onenode
