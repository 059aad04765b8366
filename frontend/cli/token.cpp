// onefrontend token create | list | revoke
#include "common/text/duration.hpp"
#include "common/text/number.hpp"
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

Result<int> parse_id(const std::string& text)
{
    if (const auto id = one::to_number<int>(text); id && *id >= 0) return *id;
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = "this id",
                      .reason = "a token is named by its number",  // never repeated: a pasted token may stand here
                      .next = "onefrontend token list",
                      .doing = "use"});
}

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

}  // namespace

Async<Result<Exit>> token_create(Admin& admin, TokenWish wish)
{
    if (!wish.name.empty()) CO_TRY(check_name_is_free({.name = wish.name}, {}, {}, server_names(*admin.config)));
    Tokens tokens{*admin.cloud};
    CO_TRY_LET(const auto token, co_await tokens.create(wish, admin.user, admin.pin, admin.now));
    const auto expires_at = admin.now + wish.life.count();
    tell_audit(admin, "token-created",
               {{"token", std::to_string(token.id)},
                {"uses", std::to_string(wish.uses)},
                {"expires", when(expires_at)},
                {"name", wish.name}});
    CO_TRY_LET(const auto replaced, co_await revoke_earlier(admin, wish.name, token.id));

    const auto address = address_of(*admin.config);
    const auto command = "onenode join " + address;
    const auto shown = to_text(token);
    std::string text = fmt::format(
        "On the machine that shall join, as root:\n\n    {}\n\nand paste this token when it asks:\n\n{}\n\n", command,
        shown.reveal());
    text +=
        fmt::format("Works for {}{}, until {} (in {}).\n{} must be reachable from there.",
                    wish.uses == 1 ? "one machine" : fmt::format("{} machines", wish.uses),
                    wish.name.empty() ? "" : " named " + wish.name, when(expires_at), one::to_text(wish.life), address);
    for (const int id : replaced)
        text += fmt::format("\nToken {}, made for the same name before, was revoked.", id);
    Json fields{{"id", token.id},           {"command", command}, {"token", shown.reveal()}, {"uses", wish.uses},
                {"expires_at", expires_at}, {"name", wish.name},  {"revoked", replaced}};
    admin.terminal->say(text, "token-created", std::move(fields));
    co_return admin.terminal->warned() ? Exit::warnings : Exit::ok;
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
        std::string used_by;
        for (const Node& node : joined)
            if (node.token_id == token.id) used_by += (used_by.empty() ? "" : ", ") + node.name;
        const auto state = state_of(token, left, admin.now);
        rows.push_back({std::to_string(token.id), state, fmt::format("{} of {}", left, token.uses),
                        when(token.expires_at), token.name.empty() ? "any" : token.name, token.created_by, used_by});
        objects.push_back({{"id", token.id},
                           {"state", state},
                           {"uses", token.uses},
                           {"uses_left", left},
                           {"expires_at", token.expires_at},
                           {"name", token.name},
                           {"created_by", token.created_by},
                           {"created_at", token.created_at},
                           {"used_by", used_by}});
    }
    admin.terminal->table({"ID", "STATE", "USES LEFT", "EXPIRES", "NAME", "CREATED BY", "USED BY"}, rows, "token",
                          objects);
    co_return Exit::ok;
}

Async<Result<Exit>> token_revoke(Admin& admin, std::string text)
{
    CO_TRY_LET(const int id, parse_id(text));
    Tokens tokens{*admin.cloud};
    CO_TRY_LET(const bool revoked, co_await tokens.revoke(id));
    if (revoked) tell_audit(admin, "token-revoked", {{"token", std::to_string(id)}});
    Json fields{{"id", id}, {"changed", revoked}};
    const auto said = revoked ? fmt::format("Token {} is revoked. Who joined with it stays.", id)
                              : fmt::format("Token {} was revoked before; nothing changed.", id);
    admin.terminal->say(said, "token-revoked", std::move(fields));
    co_return admin.terminal->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
