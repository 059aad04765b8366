// The node gets its identity and the state that is wanted of it; or, for --dry-run, only the latter.
#include "nodeagent/cli/join.hpp"

#include "common/identity/authorities.hpp"
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/link/acceptable.hpp"
#include "nodeagent/link/approval.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"

#include <fmt/format.h>

namespace onenode::cli {
namespace {

// Said by a front-end that then stored nothing of us.
bool is_refusal(const Error& error)
{
    return error.kind == ErrorKind::denied || error.kind == ErrorKind::conflict || error.kind == ErrorKind::invalid ||
           error.kind == ErrorKind::not_found;
}

// Whom we ask is written down before: from the first byte sent the front-end may know us, and `leave` must tell it.
Result<wire::EnrollAnswer> ask_to_enroll(World& world, Frontend& frontend, const Membership& asked,
                                         const wire::EnrollRequest& request)
{
    TRY_LET(const auto earlier, load_membership(*world.host));
    if (!earlier) TRY(save_membership(*world.host, asked));
    auto answer = world.network->patiently([&] { return frontend.enroll(request); });
    if (!answer && !earlier && is_refusal(answer.error())) TRY(forget_membership(*world.host));
    if (!answer && answer.error().kind == ErrorKind::denied) TRY(forget_approval(*world.host));
    return answer;
}

}  // namespace

wire::Wishes wishes_of(const JoinOptions& options)
{
    return {.name = options.name, .address = options.address, .type = type_of(options), .cluster = options.cluster};
}

Result<Exit> show_plan(const JoinOptions& options, World& world, Frontend& frontend, const one::JoinToken& token,
                       const Facts& facts)
{
    world.terminal->begin("plan");
    const wire::PlanRequest request{
        .token = one::to_text(token), .facts = facts.identity, .wishes = wishes_of(options)};
    TRY_LET(const wire::PlanAnswer answer, world.network->patiently([&] { return frontend.plan(request); }));
    TRY(must_be_acceptable(answer.desired));
    const Facts seen = with_risks(gather_facts(*world.host, world.steps, answer.desired), options.accepted_risks);
    const Plan plan = make_plan(world.steps, seen, answer.desired);
    world.terminal->say(summary_of(plan));
    world.terminal->show(answer.findings);
    world.terminal->show(plan, seen);
    for (const auto& line : in_words(to_take_effect(*world.host, plan.changes())))
        world.terminal->say(line);
    const bool would_fail = world.terminal->errors() > 0;
    const Exit exit = would_fail ? Exit::failed : world.terminal->exit();
    world.terminal->finish("join", "planned",
                           fmt::format("{} would {}join as {}. Nothing was changed, here or there.",
                                       facts.identity.host_name, would_fail ? "not yet " : "",
                                       answer.desired.node_name),
                           exit, {{"name", answer.desired.node_name}, {"changes", static_cast<int>(plan.size())}});
    return exit;
}

Result<Membership> enroll(const JoinOptions& options, World& world, Frontend& frontend, const one::http::Target& target,
                          const one::JoinToken& token, const Facts& facts)
{
    TRY_LET(one::Secret key, node_key(*world.host));
    TRY_LET(const std::string csr, one::identity::make_request(key, facts.identity.host_name));
    const wire::EnrollRequest request{.token = one::to_text(token),
                                      .certificate_request = csr,
                                      .facts = facts.identity,
                                      .wishes = wishes_of(options)};
    Membership membership{.frontend = to_text(target),
                          .wishes = wishes_of(options),
                          .ignored = options.ignore,
                          .accepted_risks = risks::lasting(options.accepted_risks),
                          .installs_packages = options.install_packages,
                          .fingerprint = token.pin};
    TRY_LET(wire::EnrollAnswer answer, ask_to_enroll(world, frontend, membership, request));
    TRY(one::identity::must_hold_pin(answer.authorities, token.pin));

    NodeIdentity identity{.own = {answer.certificate_chain, std::move(key)}, .authorities = answer.authorities};
    TRY(store_certificate(*world.host, answer.certificate_chain, answer.authorities));
    membership.node_id = answer.node_id;
    membership.desired = std::move(answer.desired);
    TRY(save_membership(*world.host, membership));
    TRY_LET(frontend, as_node(*world.network, target, identity));

    world.terminal->say(fmt::format("as {} (node {}); OpenNebula's front-end will be root here, by its design",
                                    membership.desired.node_name, answer.node_id),
                        {{"name", membership.desired.node_name}, {"node_id", answer.node_id}});
    TRY(refuse_findings(*world.terminal, answer.findings, "join", "this machine"));
    return membership;
}

}  // namespace onenode::cli
