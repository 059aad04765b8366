// Without a token: the person finds the front-end's fingerprint right, an admin finds the machine right.
#include "nodeagent/cli/join.hpp"

#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/link/approval.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/watch/notify.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace onenode::cli {
namespace {

one::Error not_confirmed(const std::string& pin)
{
    return {.kind = ErrorKind::untrusted,
            .thing = "the front-end",
            .reason = "nobody confirmed its fingerprint " + pin,
            .next = "compare it with the one on the front-end (onefrontend ca status), then join again with "
                    "--fingerprint, or with a token",
            .doing = "trust"};
}

one::Error nobody_answered()
{
    return {.kind = ErrorKind::timeout,
            .thing = "an admin",
            .reason = "nobody approved this machine while its code was good",
            .next = "run the same command again for a new code",
            .doing = "wait for"};
}

one::Error rejected()
{
    return {.kind = ErrorKind::denied,
            .thing = "this machine",
            .reason = "an admin of the front-end rejected it",
            .next = "ask them, then run the same command again",
            .doing = "join"};
}

std::string clock_time(std::int64_t epoch_seconds)
{
    return fmt::format("{:%H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(epoch_seconds)));
}

void show_code(Terminal& terminal, const wire::AskAnswer& answer, const std::string& pin)
{
    terminal.say(fmt::format("waits for an approval, until {}; on the front-end, as oneadmin:\n"
                             "  onefrontend node approve {}\n"
                             "(this front-end's fingerprint, for --fingerprint: {})",
                             clock_time(answer.ends_at), answer.code, pin),
                 {{"code", answer.code}, {"fingerprint", pin}});
}

Result<Approval> approval_for(Host& host, const std::string& frontend, const std::string& pin)
{
    TRY_LET(auto earlier, load_approval(host));
    if (earlier && earlier->frontend == frontend && earlier->pin == pin) return *std::move(earlier);
    Approval approval{.frontend = frontend, .pin = pin, .secret = one::make_join_secret()};
    TRY(save_approval(host, approval));
    return approval;
}

// Kept for `onenode status`, and shown to who waits.
Result<> show_code(World& world, Approval& approval, const wire::AskAnswer& answer)
{
    approval.code = answer.code;
    approval.ends_at = answer.ends_at;
    TRY(save_approval(*world.host, approval));
    show_code(*world.terminal, answer, approval.pin);
    Notifier{world.notify_socket}.status("waiting for approval, code " + answer.code);
    return {};
}

/// Until it is decided. A new code means that the time of the first one is over.
Result<int> decided(World& world, Frontend& frontend, const wire::AskRequest& request, Approval& approval)
{
    std::string code;
    while (true) {
        TRY_LET(const auto answer, world.network->patiently([&] { return frontend.ask_approval(request); }));
        if (answer.state == "approved") return answer.token_id;
        if (answer.state == "rejected") return one::fail(rejected());
        if (!code.empty() && code != answer.code) return one::fail(nobody_answered());
        if (code.empty()) TRY(show_code(world, approval, answer));
        code = answer.code;
        TRY(world.network->rest(world.patience.approval_poll));
    }
}

}  // namespace

Result<std::string> pin_without_token(const JoinOptions& options, World& world, const one::http::Target& target)
{
    if (!options.fingerprint.empty()) return options.fingerprint;
    TRY_LET(const std::string pin, presented_pin(*world.network, target));
    const auto question =
        fmt::format("{} presents the fingerprint {}\nIs it the one that `onefrontend ca status` shows "
                    "on the front-end? (yes/no) ",
                    to_text(target), pin);
    TRY_LET(const bool is_right, ask_yes_or_no(question));
    if (!is_right) return one::fail(not_confirmed(pin));
    return pin;
}

Result<one::JoinToken> wait_for_approval(const JoinOptions& options, World& world, Frontend& frontend,
                                         const one::http::Target& target, const std::string& pin, const Facts& facts)
{
    TRY_LET(Approval approval, approval_for(*world.host, to_text(target), pin));
    if (approval.token_id >= 0) return token_of(approval);
    const wire::AskRequest request{.secret_hash = one::hash_of_join_secret(approval.secret),
                                   .facts = facts.identity,
                                   .wishes = wishes_of(options)};
    auto token = decided(world, frontend, request, approval);
    if (!token && token.error().kind == ErrorKind::denied) TRY(forget_approval(*world.host));
    if (!token) return one::fail(token.error());
    approval.token_id = *token;
    TRY(save_approval(*world.host, approval));
    world.terminal->say("an admin approved this machine");
    return token_of(approval);
}

}  // namespace onenode::cli
