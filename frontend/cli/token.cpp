// onefrontend token create | list | revoke
#include "common/text/duration.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "frontend/cli/admin.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/tokens.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {
namespace {

constexpr int usual_port = 4125;

std::string address_of(const Config& config)
{
    const auto name = server_names(config).front();
    const bool bare_ipv6 = name.find(':') != std::string::npos;
    const auto host = bare_ipv6 ? "[" + name + "]" : name;
    return config.listen_port == usual_port ? host : fmt::format("{}:{}", host, config.listen_port);
}

std::string state_of(const Token& token, std::size_t left, std::int64_t now)
{
    if (token.revoked) return "revoked";
    if (now >= token.expires_at) return "expired";
    return left == 0 ? "used" : "valid";
}

}  // namespace

Result<int> parse_token_id(const std::string& text)
{
    if (const auto id = one::to_number<int>(text); id && *id >= 0) return *id;
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "this id",
                      .reason = "a token is named by its number",  // never repeated: a pasted token may stand here
                      .next = "onefrontend token list",
                      .doing = "use"});
}

namespace {

/// A token for a name replaces the earlier ones for it, so that no forgotten one is left.
Async<Result<std::vector<int>>> revoke_earlier(Admin& admin, std::string name, int present)
{
    std::vector<int> revoked;
    if (name.empty()) co_return revoked;
    Tokens tokens{*admin.cloud};
    CO_TRY_LET(const auto all, co_await tokens.all());
    for (const Token& token : all) {
        if (token.id >= present || !same_name(token.name, name) || token.revoked || admin.now >= token.expires_at)
            continue;
        CO_TRY(co_await tokens.revoke(token.id));
        revoked.push_back(token.id);
        tell_audit(admin, "token-revoked", {{"token", std::to_string(token.id)}, {"reason", "replaced"}});
    }
    co_return revoked;
}

struct Made {
    one::Secret token{};
    std::string frontend{};
    TokenWish wish{};
    std::int64_t expires_at = 0;
    std::vector<int> replaced{};  // earlier tokens for the same name
};

/// "from 10.0.0.0/8, in cluster prod"; empty: anything goes.
std::string limits_of(const TokenLimits& limits)
{
    std::vector<std::string> words;
    if (!limits.name_pattern.empty()) words.push_back("named " + limits.name_pattern);
    if (!limits.networks.empty()) words.push_back("from " + one::join(limits.networks, " or "));
    if (!limits.cluster.empty()) words.push_back("in cluster " + limits.cluster);
    if (!limits.type.empty()) words.push_back("of type " + limits.type);
    if (limits.replaces) words.emplace_back("in place of the host of that name");
    return one::join(words, ", ");
}

std::string machines_of(const Made& made)
{
    const auto& wish = made.wish;
    auto text = wish.uses == 1 ? std::string{"one machine"} : fmt::format("{} machines", wish.uses);
    if (!wish.name.empty()) text += " named " + wish.name;
    const auto limits = limits_of(wish.limits);
    return limits.empty() ? text : text + ", " + limits;
}

/// A machine judges itself before it asks anybody: of which type it shall be it has to be told.
std::string type_option(const Made& made, std::string_view between)
{
    const auto& type = made.wish.limits.type;
    return type.empty() ? "" : fmt::format("{}--type{}{}", between, between, type);
}

std::string text_of(const Made& made)
{
    std::string text = fmt::format(
        "On the machine that shall join, as root:\n\n    onenode join {}{}\n\nand paste this token when it asks:\n\n"
        "{}\n\n",
        made.frontend, type_option(made, " "), made.token.reveal());
    text += fmt::format("Works for {}, until {} (in {}).\n{} must be reachable from there.", machines_of(made),
                        when(made.expires_at), one::to_text(made.wish.life), made.frontend);
    for (const int id : made.replaced)
        text += fmt::format("\nToken {}, made for the same name before, was revoked.", id);
    return text;
}

Json fields_of(const Made& made, int id)
{
    const auto& limits = made.wish.limits;
    return {{"id", id},
            {"command", "onenode join " + made.frontend + type_option(made, " ")},
            {"frontend", made.frontend},
            {"token", made.token.reveal()},
            {"uses", made.wish.uses},
            {"expires_at", made.expires_at},
            {"name", made.wish.name},
            {"name_pattern", limits.name_pattern},
            {"networks", limits.networks},
            {"cluster", limits.cluster},
            {"type", limits.type},
            {"replaces", limits.replaces},
            {"revoked", made.replaced}};
}

/// The token is in a file that only root reads, below /run: never on a disk of ours, never in a command line. cloud-init
/// itself keeps user data below /var/lib/cloud, for root alone, and so does the hypervisor that hands it out.
std::string cloud_init_of(const Made& made)
{
    constexpr std::string_view file = "/run/onenode-join-token";
    return fmt::format("#cloud-config\n"
                       "# Joins {0} at the first boot. It holds a secret, which works for {1}, until {2}.\n"
                       "# onenode must be installed in the image, or come from a repository that it knows.\n"
                       "packages: [onenode]\n"
                       "write_files:\n"
                       "  - path: {3}\n"
                       "    permissions: '0600'\n"
                       "    content: |\n"
                       "      {4}\n"
                       "runcmd:\n"
                       "  - [onenode, join, '{0}', --unattended{5}, --token-file, {3}]\n"
                       "  - [rm, -f, {3}]\n",
                       made.frontend, machines_of(made), when(made.expires_at), file, made.token.reveal(),
                       type_option(made, ", "));
}

struct User {  // of a token's use
    std::string key{};
    std::string at{};
    std::string node{};
    std::string name{};
    std::string address{};
};

/// Who used it, best rank first: the node of each key that won, or what is left of it.
std::vector<User> users_of(const Token& token, const std::vector<Claim>& claims, const std::vector<Node>& nodes)
{
    std::vector<User> users;
    for (const auto& key : winners(claims, token.uses)) {
        User user{.key = key};
        for (const Claim& claim : claims)
            if (claim.key == key && user.at.empty()) user.at = when(claim.at);
        for (const Node& node : nodes) {
            if (node.claimed_key != key) continue;
            user.node = std::to_string(node.id);
            user.name = node.name;
            user.address = node.address;
        }
        users.push_back(std::move(user));
    }
    return users;
}

std::string shown(const User& user)
{
    if (user.node.empty()) return "a machine that is gone";
    return fmt::format("{} ({})", user.name, user.address);
}

}  // namespace

Async<Result<Exit>> token_create(Admin& admin, TokenWish wish, TokenForm form)
{
    if (!wish.name.empty()) CO_TRY(check_name_is_free({.name = wish.name}, {}, {}, server_names(*admin.config)));
    Tokens tokens{*admin.cloud};
    CO_TRY_LET(const auto token, co_await tokens.create(wish, admin.user, admin.pin, admin.now));
    Made made{.token = to_text(token), .frontend = address_of(*admin.config), .wish = wish};
    made.expires_at = admin.now + wish.life.count();
    tell_audit(admin, "token-created",
               {{"token", std::to_string(token.id)},
                {"uses", std::to_string(wish.uses)},
                {"expires", when(made.expires_at)},
                {"name", wish.name},
                {"limits", limits_of(wish.limits)}});
    CO_TRY_LET(made.replaced, co_await revoke_earlier(admin, wish.name, token.id));

    if (form == TokenForm::json) {
        admin.out->print(dump(fields_of(made, token.id)) + '\n');
    } else if (form == TokenForm::cloud_init) {
        admin.out->print(cloud_init_of(made));
    } else {
        admin.out->say(text_of(made), "token-created", fields_of(made, token.id));
    }
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

Async<Result<Exit>> token_list(Admin& admin)
{
    Tokens tokens{*admin.cloud};
    Claims claims{*admin.cloud};
    Nodes nodes{*admin.cloud};
    CO_TRY_LET(const auto all, co_await tokens.all());
    CO_TRY_LET(const auto joined, co_await nodes.all());
    std::vector<std::vector<std::string>> rows;
    std::vector<Json> objects;
    for (const Token& token : all) {
        CO_TRY_LET(const auto claimed, co_await claims.of_token(token.id));
        const auto left = static_cast<std::size_t>(token.uses) - winners(claimed, token.uses).size();
        std::vector<std::string> used_by;
        Json users = Json::array();
        for (const User& user : users_of(token, claimed, joined)) {
            used_by.push_back(shown(user));
            users.push_back({{"node", user.node},
                             {"name", user.name},
                             {"address", user.address},
                             {"key", user.key},
                             {"at", user.at}});
        }
        const auto state = state_of(token, left, admin.now);
        rows.push_back({std::to_string(token.id), state, fmt::format("{} of {}", left, token.uses),
                        when(token.expires_at), token.name.empty() ? "any" : token.name, token.created_by,
                        one::join(used_by, ", ")});
        objects.push_back({{"id", token.id},
                           {"state", state},
                           {"uses", token.uses},
                           {"uses_left", left},
                           {"expires_at", token.expires_at},
                           {"name", token.name},
                           {"created_by", token.created_by},
                           {"created_at", token.created_at},
                           {"limits", limits_of(token.limits)},
                           {"used_by", users}});
    }
    admin.out->table({"ID", "STATE", "USES LEFT", "EXPIRES", "NAME", "CREATED BY", "USED BY"}, rows, "token", objects);
    co_return Exit::ok;
}

Async<Result<Exit>> token_revoke(Admin& admin, std::string text)
{
    CO_TRY_LET(const int id, parse_token_id(text));
    Tokens tokens{*admin.cloud};
    CO_TRY_LET(const bool revoked, co_await tokens.revoke(id));
    if (revoked) tell_audit(admin, "token-revoked", {{"token", std::to_string(id)}});
    Json fields{{"id", id}, {"changed", revoked}};
    const auto said = revoked ? fmt::format("Token {} is revoked. Who joined with it stays.", id)
                              : fmt::format("Token {} was revoked before; nothing changed.", id);
    admin.out->say(said, "token-revoked", std::move(fields));
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
