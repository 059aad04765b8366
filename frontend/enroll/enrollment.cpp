// The enrollment, step by step: token, name, claim, document, certificate; each refusal told to the audit.
#include "frontend/enroll/enrollment.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/join_token.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace onefrontend {
namespace {

using one::ErrorKind;

constexpr const char* new_token = "ask for a new one; on the front-end: onefrontend token create";

/// What a joiner hears. Only who has the right secret learns more than "not accepted".
one::Error refusal(TokenFault fault)
{
    one::Error error{.kind = ErrorKind::denied,
                     .thing = "the token",
                     .reason = "it was not accepted",
                     .next = new_token,
                     .doing = "use"};
    if (fault == TokenFault::expired) error.reason = "it has expired";
    if (fault == TokenFault::revoked) error.reason = "it was revoked";
    if (fault == TokenFault::used) {
        error.reason = "all its uses are spent, by other machines or by a node that was removed";
        error.next = std::string{new_token} + "; who used it stands in the audit log there";
    }
    return error;
}

/// Until its agent has come, a machine may have died just before it wrote down that it joined: it must be able to go on.
one::Error join_is_done(const Node& node)
{
    return {.kind = ErrorKind::denied,
            .thing = "the token",
            .reason = fmt::format("this key joined with it as node {}, and that join is done", node.id),
            .next = fmt::format("where that machine lost what it knew: on the front-end `onefrontend node remove {}`, "
                                "then join with a new token",
                                node.id),
            .doing = "use"};
}

/// A name that is another machine's here, or nobody's, can never work; stored, our own SSH would be told to believe it.
Result<> check_findings(const Place& place, const Token& token)
{
    const auto& name = place.node.name;
    const auto* error = first_error(place.findings);
    if (!error) return {};
    const auto others =
        fmt::format("the token is for {} only: make that name lead to this machine on the front-end, or "
                    "ask for a token without --name",
                    name);
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = fmt::format("the host name \"{}\"", name),
                      .reason = error->message,
                      .next = token.name.empty() ? error->fix : others,
                      .doing = "use"});
}

std::vector<one::wire::Finding> all_findings(Place place)
{
    auto all = std::move(place.findings);
    auto shared = findings_of(place.node, place.twins);
    std::ranges::move(shared, std::back_inserter(all));
    return all;
}

Result<> may_go_on(const Node& present, const Node& wanted, const std::string& key)
{
    if (present.banned)
        return one::fail(
            {.kind = ErrorKind::denied,
             .thing = "node " + std::to_string(present.id),
             .reason = "it was removed on the front-end, but its host still runs VMs there",
             .next = "move them, then on the front-end: onefrontend node remove " + std::to_string(present.id),
             .doing = "enroll"});
    if (present.settled) return one::fail(join_is_done(present));
    if (present.key != key && (present.phase == Phase::joined || present.phase == Phase::leaving))
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = "node " + std::to_string(present.id),
                          .reason = "this key was renewed since; the machine may have been restored from an old state",
                          .next = "on the front-end: onefrontend node remove " + std::to_string(present.id) +
                                  ", then join with a new token",
                          .doing = "enroll"});
    if (present.phase != wanted.phase)  // what was asked for was judged by it
        return one::fail({.kind = ErrorKind::busy,
                          .thing = "node " + std::to_string(present.id),
                          .reason = "another request changed it at the same moment",
                          .next = "try again",
                          .doing = "enroll"});
    return {};
}

/// What an enrollment decides. Under a join that has got further the host is there already, under its name.
void take_place(Node& present, const Node& wanted)
{
    if (present.phase == Phase::enrolled) {
        present.name = wanted.name;
        present.type = wanted.type;
        present.cluster = wanted.cluster;
        present.cluster_id = wanted.cluster_id;
    }
    if (same_name(present.name, wanted.name)) present.name_confirmed = wanted.name_confirmed;
    present.address = wanted.address;
    present.facts = wanted.facts;
    present.ssh_host_keys = wanted.ssh_host_keys;
}

}  // namespace

struct Enrollment::Story {
    std::string source{};
    std::int64_t now_ms = 0;
    int token = -1;
    int node = -1;
    std::string name{};
    std::string key{};
    std::string replaced{};  // who had the name
    std::string refused{};   // reason in a word
    bool was_guess = false;
    bool was_noise = false;

    [[nodiscard]] std::int64_t now() const { return now_ms / 1000; }

    one::Failure refuse(TokenFault fault)
    {
        refused = to_string(fault);
        was_guess = fault == TokenFault::unknown || fault == TokenFault::wrong;
        return one::fail(refusal(fault));
    }

    Result<> check_bans(const std::vector<Ban>& bans, const std::string& by_key, const one::wire::Facts& facts)
    {
        auto verdict = must_not_be_banned(bans, by_key, facts);
        if (!verdict) refused = "banned";
        return verdict;
    }

    Result<one::JoinToken> read_token(const one::Secret& text)
    {
        auto shown = one::parse_join_token(text.reveal());
        was_noise = was_guess = !shown.has_value();
        if (shown) token = shown->id;
        return shown;
    }

    [[nodiscard]] AuditEvent tell(std::string_view success, const one::Error* error) const
    {
        AuditEvent audit{.event = error ? "refused" : success, .time_ms = now_ms};
        audit.fields.emplace_back("from", source);
        if (token >= 0) audit.fields.emplace_back("token", std::to_string(token));
        if (!key.empty()) audit.fields.emplace_back("key", key);
        if (node >= 0) audit.fields.emplace_back("node", std::to_string(node));
        if (!name.empty()) audit.fields.emplace_back("name", name);
        if (!replaced.empty()) audit.fields.emplace_back("replaced", replaced);
        if (!error) return audit;
        audit.fields.emplace_back("reason", refused.empty() ? std::string{to_string(error->kind)} : refused);
        audit.fields.emplace_back("detail", to_line(*error));
        return audit;
    }
};

Async<Verdict<one::wire::PlanAnswer>> Enrollment::plan(one::wire::PlanRequest request, std::string source,
                                                       std::int64_t now_ms)
{
    Story story;
    story.source = std::move(source);
    story.now_ms = now_ms;
    auto answer = co_await try_plan(std::move(request), story);
    auto audit = story.tell("planned", answer ? nullptr : &answer.error());
    co_return Verdict<one::wire::PlanAnswer>{std::move(answer), std::move(audit), story.was_guess, story.was_noise};
}

Async<Verdict<one::wire::EnrollAnswer>> Enrollment::enroll(one::wire::EnrollRequest request, std::string source,
                                                           std::int64_t now_ms)
{
    Story story;
    story.source = std::move(source);
    story.now_ms = now_ms;
    auto answer = co_await try_enroll(std::move(request), story);
    auto audit = story.tell("enrolled", answer ? nullptr : &answer.error());
    co_return Verdict<one::wire::EnrollAnswer>{std::move(answer), std::move(audit), story.was_guess, story.was_noise};
}

Async<Result<one::wire::PlanAnswer>> Enrollment::try_plan(one::wire::PlanRequest request, Story& story)
{
    CO_TRY_LET(const auto shown, story.read_token(request.token));
    CO_TRY_LET(const auto seen, co_await claims_.examine(shown.id, shown.secret.copy(), std::string{}, story.now()));
    if (seen.fault && seen.fault != TokenFault::used) co_return story.refuse(*seen.fault);
    CO_TRY_LET(const auto inputs, desired_->inputs());
    CO_TRY_LET(const auto sight, co_await nodes_.look());
    CO_TRY(story.check_bans(sight->bans, std::string{}, request.facts));

    Applicant who;
    who.source_address = story.source;
    who.facts = std::move(request.facts);
    who.wishes = std::move(request.wishes);
    who.closed_networks = inputs->closed_networks;
    CO_TRY_LET(auto place,
               co_await find_place(*cloud_, *procedures_, who, seen.token, sight->nodes.all(), inputs->frontend_names));
    // Without a key nobody can say whether this is the machine that spent the token; its unfinished node is a hint.
    if (seen.fault && place.node.token_id != shown.id) co_return story.refuse(*seen.fault);
    story.name = place.node.name;

    one::wire::PlanAnswer answer;
    answer.desired = desired_for(place.node, *inputs);
    answer.findings = all_findings(std::move(place));
    co_return answer;
}

Async<Result<one::wire::EnrollAnswer>> Enrollment::try_enroll(one::wire::EnrollRequest request, Story& story)
{
    CO_TRY_LET(const auto shown, story.read_token(request.token));
    // Who does not have the right secret gets nothing of theirs parsed.
    CO_TRY_LET(auto judged, co_await claims_.judge(shown.id, shown.secret.copy(), story.now()));
    if (judged.fault && judged.fault != TokenFault::expired) co_return story.refuse(*judged.fault);
    CO_TRY_LET(const auto csr, one::identity::read_request(request.certificate_request));
    story.key = one::identity::key_fingerprint(csr.public_key);
    CO_TRY_LET(const auto seen, co_await claims_.examine(std::move(judged), shown.id, story.key));
    if (seen.fault) co_return story.refuse(*seen.fault);
    CO_TRY_LET(const auto inputs, desired_->inputs());
    CO_TRY_LET(const auto sight, co_await nodes_.look());
    CO_TRY(story.check_bans(sight->bans, story.key, request.facts));

    Applicant who;
    who.key = story.key;
    who.source_address = story.source;
    who.facts = std::move(request.facts);
    who.wishes = std::move(request.wishes);
    who.closed_networks = inputs->closed_networks;
    CO_TRY_LET(auto place,
               co_await find_place(*cloud_, *procedures_, who, seen.token, sight->nodes.all(), inputs->frontend_names));
    story.name = place.node.name;
    CO_TRY(check_findings(place, seen.token));
    CO_TRY(must_have_no_twin(place.node, place.twins));
    if (place.node.settled) {
        story.refused = to_string(TokenFault::used);
        co_return one::fail(join_is_done(place.node));
    }

    // Everything that may be refused was: from here on the use is spent, and the same key may always come again.
    CO_TRY_LET(const auto outcome, co_await claims_.claim_examined(shown.id, story.key, seen.own_claim, story.now()));
    if (const auto* fault = std::get_if<TokenFault>(&outcome)) co_return story.refuse(*fault);
    if (!place.former.empty()) {
        story.replaced = to_text(place.former);
        CO_TRY(co_await remove_former(*cloud_, std::move(place.former), story.now()));
    }
    CO_TRY_LET(const auto node, co_await keep(place.node, shown.id, story));

    one::wire::EnrollAnswer answer;
    CO_TRY_LET(answer.certificate_chain, co_await signing_->sign_node(node.id, request.certificate_request));
    answer.node_id = node.id;
    answer.generation = node.generation;
    answer.authorities = authorities_;
    answer.desired = desired_for(node, *inputs);
    place.node = node;
    answer.findings = all_findings(std::move(place));
    co_return answer;
}

/// The bans are read once more after the node is stored: a ban from then on finds the node in the list.
Async<Result<Node>> Enrollment::keep(Node wanted, int token, Story& story)
{
    if (wanted.id >= 0) {
        CO_TRY_LET(auto node, co_await go_on_with(std::move(wanted), token, story.key, story.now()));
        story.node = node.id;
        Bans bans{*cloud_};
        CO_TRY_LET(const auto present, co_await bans.all());
        CO_TRY(story.check_bans(present, story.key, node.facts));
        co_return node;
    }
    wanted.key = story.key;
    wanted.claimed_key = story.key;
    wanted.token_id = token;
    wanted.enrolled_at = story.now();
    co_return co_await keep_new(std::move(wanted), story);
}

/// An earlier try of the same machine: its document goes on, so that an intent in it is never forgotten.
Async<Result<Node>> Enrollment::go_on_with(Node wanted, int token, std::string key, std::int64_t now)
{
    Nodes::Edit go_on = [&wanted, token, &key, now](Node& present) -> Result<> {
        TRY(may_go_on(present, wanted, key));
        take_place(present, wanted);
        if (present.key != key) {
            present.key = key;
            present.generation += 1;
            present.proofs = {};
        }
        present.pending_key.clear();
        present.claimed_key = key;
        if (present.token_id != token) present.enrolled_at = now;  // the same token again is no reason to wait longer
        present.token_id = token;
        return {};
    };
    co_return co_await nodes_.change(wanted.id, std::move(go_on));
}

/// Ids of documents only grow: of two that were stored at once, for one machine, for one name or with the same UUID, the
/// first one counts.
Async<Result<Node>> Enrollment::keep_new(Node wanted, Story& story)
{
    CO_TRY_LET(wanted.id, co_await nodes_.add(wanted));
    CO_TRY_LET(const auto sight, co_await nodes_.look());
    for (const Node& other : sight->nodes.all()) {
        if (other.id >= wanted.id) break;
        if (other.claimed_key == wanted.claimed_key) {  // our own request, sent twice
            CO_TRY(co_await nodes_.remove(wanted.id));
            story.node = other.id;
            CO_TRY(story.check_bans(sight->bans, story.key, other.facts));
            co_return other;
        }
        if (!holds_name(other, {.name = wanted.name, .node = wanted.id, .confirmed = wanted.name_confirmed})) continue;
        CO_TRY(co_await nodes_.remove(wanted.id));
        co_return one::fail({.kind = ErrorKind::conflict,
                             .thing = fmt::format("the host name \"{}\"", wanted.name),
                             .reason = fmt::format("node {} at {} took it at the same moment", other.id, other.address),
                             .next = "join again with another --name; the token still works for this machine",
                             .doing = "use"});
    }
    const auto later = std::ranges::lower_bound(sight->nodes.all(), wanted.id, {}, &Node::id);
    const std::span before{sight->nodes.all().begin(), later};
    if (auto alone = must_have_no_twin(wanted, twins_of(wanted, before)); !alone) {
        CO_TRY(co_await nodes_.remove(wanted.id));
        co_return one::fail(std::move(alone.error()));
    }
    story.node = wanted.id;
    CO_TRY(story.check_bans(sight->bans, story.key, wanted.facts));
    co_return wanted;
}

}  // namespace onefrontend
