// The token, the front-end that it pins, and both clocks. Nothing that is secret leaves before all three are found
// good.
#include "nodeagent/cli/join.hpp"
#include "nodeagent/cli/secret_input.hpp"

#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/text/duration.hpp"
#include "common/text/words.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/network.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace onenode::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds tolerated_skew{2'000};
constexpr milliseconds largest_skew{60'000};
constexpr std::string_view prompt = "Join token (from `onefrontend token create` on the front-end; it is not shown).\n"
                                    "Without one press Enter, to wait for an admin's approval: ";

one::Failure dry_run_needs_token()
{
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = "the join token",
                      .reason = "none was given, and without one the front-end shows no plan",
                      .next = "give it by --token-file FILE or in ONENODE_TOKEN",
                      .doing = "read"});
}

one::Failure may_not_ask()
{
    return one::fail(
        {.kind = ErrorKind::invalid,
         .thing = "the join token",
         .reason = "none was given, and --unattended forbids to ask",
         .next = "give it by --token-file FILE or in ONENODE_TOKEN; or --fingerprint, to wait for an approval",
         .doing = "read"});
}

Result<std::optional<one::JoinToken>> checked(const one::Secret& text, const JoinOptions& options)
{
    TRY_LET(auto token, one::parse_join_token(text.reveal()));
    if (options.fingerprint.empty() || options.fingerprint == token.pin) return token;
    return one::fail({.kind = ErrorKind::untrusted,
                      .thing = "the join token",
                      .reason = "it pins another certificate authority than --fingerprint names",
                      .next = "compare --fingerprint with `onefrontend ca status` on the front-end",
                      .doing = "trust"});
}

milliseconds since_epoch(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<milliseconds>(time.time_since_epoch());
}

std::string readable(milliseconds time)
{
    if (time < std::chrono::minutes{1}) return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000.0);
    return one::to_text(std::chrono::duration_cast<std::chrono::seconds>(time));
}

milliseconds skew_of(milliseconds ours, const wire::Hello& hello)
{
    return std::chrono::abs(ours - milliseconds{hello.time_ms});
}

Result<> compare_clocks(Terminal& terminal, milliseconds ours, const wire::Hello& hello)
{
    const milliseconds skew = skew_of(ours, hello);
    if (skew <= tolerated_skew) return {};
    const auto message = fmt::format("this machine's clock is {} {} the front-end's", readable(skew),
                                     ours > milliseconds{hello.time_ms} ? "ahead of" : "behind");
    const auto* fix = "compare both (date -u), set the wrong one and keep it right with NTP: timedatectl set-ntp true";
    if (skew > largest_skew)
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = "this machine",
                          .reason = "wrong clock: " + message,
                          .next = fix,
                          .doing = "join"});
    terminal.warn("clock", message, fix);
    return {};
}

struct Greeting {
    wire::Hello hello{};
    milliseconds our_time{};  // in the middle between question and answer
};

Result<Greeting> greet(World& world, Frontend& frontend)
{
    const auto before = since_epoch(world.host->now());
    TRY_LET(wire::Hello hello, world.network->patiently([&frontend] { return frontend.hello(); }));
    const auto after = since_epoch(world.host->now());
    return Greeting{std::move(hello), (before + after) / 2};
}

// Two front-ends would each know this machine, and only the second one would hear of its leave.
Error begun_elsewhere(const Membership& member, const std::string& asked)
{
    return {.kind = ErrorKind::conflict,
            .thing = "this machine",
            .reason =
                fmt::format("a join to {} was begun and did not end, and now {} was named", member.frontend, asked),
            .next = fmt::format("to go on with it: onenode join {}; to join the other: onenode leave, then join again",
                                member.frontend),
            .doing = "join"};
}

Result<std::string> pin_of_file(const std::string& path)
{
    TRY_LET(const auto text, read_input_file(path));
    const auto authority = one::identity::read_certificate(text);
    if (authority) return one::identity::pin_of_key(authority->public_key);
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = path,
                      .reason = authority.error().reason,
                      .next = "give the authority's certificate in PEM, or --fingerprint (onefrontend ca status)",
                      .doing = "read --ca-file"});
}

}  // namespace

Result<JoinOptions> with_fingerprint(JoinOptions options)
{
    if (options.ca_file.empty()) return options;
    TRY_LET(auto pin, pin_of_file(options.ca_file));
    if (!options.fingerprint.empty() && options.fingerprint != pin)
        return one::fail({.kind = ErrorKind::untrusted,
                          .thing = options.ca_file,
                          .reason = "--fingerprint names another certificate authority",
                          .next = "compare both with `onefrontend ca status` on the front-end, and give one of them",
                          .doing = "trust"});
    options.fingerprint = std::move(pin);
    return options;
}

Result<one::http::Target> frontend_of(const JoinOptions& options, const std::optional<Membership>& member)
{
    if (!options.frontend.empty()) {
        TRY_LET(auto target, parse_frontend(options.frontend));
        if (member && to_text(target) != member->frontend) return one::fail(begun_elsewhere(*member, to_text(target)));
        return target;
    }
    if (member) return parse_frontend(member->frontend);  // an interrupted join goes on
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = "this machine",
                      .reason = "no front-end was named",
                      .next = "onenode join FRONTEND[:PORT]",
                      .doing = "join"});
}

Result<std::optional<one::JoinToken>> given_token(const JoinOptions& options, World& world)
{
    if (!options.token_file.empty()) {
        TRY_LET(std::string text, read_input_file(options.token_file));
        return checked(one::Secret{std::move(text)}, options);
    }
    if (!world.token_from_environment.empty()) return checked(world.token_from_environment, options);
    if (options.unattended && options.fingerprint.empty()) return may_not_ask();
    if (options.unattended && options.dry_run) return dry_run_needs_token();
    return std::optional<one::JoinToken>{};
}

Result<std::optional<one::JoinToken>> asked_token(const JoinOptions& options)
{
    if (options.unattended) return std::optional<one::JoinToken>{};
    TRY_LET(const auto typed, ask_for_secret(prompt));
    if (!one::trim(typed.reveal()).empty()) return checked(typed, options);
    if (options.dry_run) return dry_run_needs_token();
    return std::optional<one::JoinToken>{};
}

Result<Trusted> trust(World& world, const one::http::Target& target, const std::string& pin)
{
    world.terminal->begin("trust");
    TRY_LET(Frontend frontend, by_pin(*world.network, target, pin));
    TRY_LET(auto greeting, greet(world, frontend));
    if (skew_of(greeting.our_time, greeting.hello) > tolerated_skew) {
        TRY_LET(greeting, greet(world, frontend));  // the first one includes names and connecting: slow, not wrong
    }
    const auto& hello = greeting.hello;
    world.terminal->say(fmt::format("{} is the pinned front-end: zone {}, OpenNebula {}", to_text(target), hello.zone,
                                    hello.opennebula.empty() ? "unknown (oned does not answer)" : hello.opennebula));
    TRY(compare_clocks(*world.terminal, greeting.our_time, hello));
    return Trusted{std::move(frontend), hello.opennebula, hello.repository};
}

}  // namespace onenode::cli
