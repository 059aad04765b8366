// --print-config: the file with which the next machine joins by itself. What makes this machine this one (its name, its
// address) is not in it, nor is the token; the fingerprint is, for that machine asks nobody.
#include "nodeagent/cli/join.hpp"
#include "nodeagent/cli/parse.hpp"
#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/cli/settings.hpp"
#include "nodeagent/cli/verbs.hpp"

namespace onenode::cli {
namespace {

// Of a machine that is joined, or about to: what it was asked for then. Who may not look has only what was given.
Result<JoinOptions> with_what_is_known(const JoinOptions& options, const HostView& host)
{
    const auto member = load_membership(host);
    if (!member && member.error().kind != ErrorKind::denied) return one::fail(member.error());
    if (!member || !*member) return options;
    auto known = completed(options, **member);
    if (known.fingerprint.empty() && known.frontend == (*member)->frontend) known.fingerprint = (*member)->fingerprint;
    return known;
}

Result<> find_fingerprint(JoinOptions& options, World& world)
{
    if (!options.token_file.empty() || !world.token_from_environment.empty()) {
        TRY_LET(const auto token, given_token(options, world));
        if (token) options.fingerprint = token->pin;
    }
    const bool may_ask = !options.unattended && has_terminal();
    if (options.fingerprint.empty() && may_ask) {
        TRY_LET(const auto target, frontend_of(options, std::nullopt));
        TRY_LET(options.fingerprint, pin_without_token(options, world, target));
    }
    return {};
}

Result<> go(const JoinOptions& asked, World& world)
{
    TRY_LET(const JoinOptions given, with_fingerprint(asked));
    TRY_LET(JoinOptions options, with_what_is_known(given, *world.host));
    TRY(frontend_of(options, std::nullopt));  // a file without one is good for nothing
    TRY(find_fingerprint(options, world));
    const auto text = to_config(for_next_machine(std::move(options)));
    world.terminal->tell("config", text, {{"text", text}});
    return {};
}

}  // namespace

Exit print_config(const JoinOptions& options, World& world)
{
    const auto done = go(options, world);
    if (done) return Exit::ok;
    world.terminal->fail("join", done.error(), {}, Exit::cannot_run);
    return Exit::cannot_run;
}

}  // namespace onenode::cli
