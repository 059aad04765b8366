// What `onenode status` knows, as a value: gathered at one moment, then shown as a page, a line or an object of JSON.
#pragma once

#include "nodeagent/cli/terminal.hpp"
#include "nodeagent/cli/world.hpp"

#include "common/text/moment.hpp"
#include "nodeagent/core/drift.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/watch/agent_status.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onenode::cli {

enum class Health { healthy, degraded, broken, not_joined };  // the order of --exit-code: 0, 1, 2, 3

struct StatusPage {
    Health health = Health::not_joined;
    std::string headline{};
    one::Moment now{};
    std::optional<Membership> member{};
    std::optional<one::wire::HostReport> host{};  // nothing: the front-end did not tell
    std::string login_proven_at{};                // RFC 3339, UTC: at the join, or at a later move; empty: never
    std::optional<AgentStatus> agent{};           // nothing: it does not run
    std::optional<Validity> certificate{};
    std::optional<std::size_t> managed{};  // nothing: the journal, which names them, cannot be read
    std::vector<Drift> drift{};
    std::vector<std::string> guests{};
    std::vector<std::string> foreign_guests{};  // not OpenNebula's, by their names
    std::vector<std::string> addresses{};
    std::vector<one::wire::Finding> problems{};  // an error is what breaks the node, a warning what degrades it
};

using HostAnswer = Result<one::wire::HostReport>;

/// May take as long as the front-end lets us wait; a failure is an answer, too.
HostAnswer ask_about_host(World& world, const Membership& member);
StatusPage look_at_node(const HostView& host, const Membership& member, const HostAnswer& answer);
/// `steps`: what they write may be left of a join that is forgotten.
StatusPage not_joined(const HostView& host, std::span<const Step* const> steps);

void show_page(Terminal& terminal, const StatusPage& page);
/// One object, on one line.
std::string to_json(const StatusPage& page);

std::string_view to_string(Health health);

}  // namespace onenode::cli
