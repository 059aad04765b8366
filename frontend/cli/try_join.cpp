// A trial step by step, each with its time; then everything that it made goes, found by the one name that it all has.
#include "frontend/cli/try_join.hpp"

#include "common/http/target.hpp"
#include "common/identity/certificate.hpp"
#include "common/text/duration.hpp"
#include "frontend/cli/admin.hpp"
#include "frontend/cli/options.hpp"
#include "frontend/cli/trial.hpp"
#include "frontend/enroll/trial.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <csignal>
#include <optional>

namespace onefrontend::cli {
namespace {

using one::Async;
using one::ErrorKind;
using one::Result;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes token_life{5};
constexpr std::chrono::seconds desk_limit{30};
constexpr int most_rounds = 3;  // of looking for what is left

struct Trial {
    Desk desk;
    PlayedMachine machine;
    Terminal* terminal = nullptr;
    const int* caught = nullptr;  // a signal; 0: none
    std::optional<one::JoinToken> token{};
    bool is_traceless = true;  // nothing of it can be there
};

Async<Result<Recorded>> have_done(Trial& trial, Options deed)
{
    CO_TRY_LET(auto request, to_request(deed));
    co_return co_await trial.desk.ask(std::move(request), desk_limit);
}

/// Said by a front-end that then made nothing.
bool is_refusal(const one::Error& error)
{
    return error.kind == ErrorKind::denied || error.kind == ErrorKind::invalid || error.kind == ErrorKind::conflict;
}

Result<one::JoinToken> token_in(const Recorded& answer)
{
    std::string text;
    if (!answer.objects.empty()) JsonFields{answer.objects.front()}.optional("token", text);
    auto token = one::parse_join_token(text);
    one::wipe(text);
    return token;
}

Async<Result<std::string>> greet(Trial& trial)
{
    CO_TRY_LET(const auto hello, co_await trial.machine.greet());
    co_return fmt::format("it is the front-end that is meant; enrollment {}, OpenNebula {}", hello.version,
                          hello.opennebula.empty() ? "not heard of yet" : hello.opennebula);
}

Async<Result<std::string>> make_token(Trial& trial)
{
    Options deed;
    deed.verb = Verb::token_create;
    deed.token = {.life = token_life, .name = trial.machine.name(), .limits = {.type = std::string{trial_type}}};
    auto made = co_await have_done(trial, std::move(deed));
    trial.is_traceless = !made && is_refusal(made.error());
    if (!made) co_return one::fail(std::move(made).error());
    CO_TRY_LET(trial.token, token_in(*made));
    co_return fmt::format("token {}, for {} alone, for {}", trial.token->id, trial.machine.name(),
                          one::to_text(token_life));
}

Async<Result<std::string>> enroll(Trial& trial)
{
    one::JoinToken token{trial.token->id, trial.token->secret.copy(), trial.token->pin};
    CO_TRY_LET(const auto answer, co_await trial.machine.enroll(std::move(token)));
    for (const auto& finding : answer.findings)
        trial.terminal->warn({.kind = ErrorKind::invalid,
                              .thing = "the way in",
                              .reason = finding.message,
                              .next = finding.fix,
                              .doing = "be content with"});
    CO_TRY_LET(const auto certificate, one::identity::read_certificate(answer.certificate_chain));
    const auto ends = std::chrono::system_clock::to_time_t(certificate.not_after);
    co_return fmt::format("node {}, its certificate works until {}", answer.node_id, when(ends));
}

Async<Result<std::string>> read_desired(Trial& trial)
{
    CO_TRY_LET(const auto desired, co_await trial.machine.desired());
    co_return fmt::format("told by its certificate: {} key(s) of oneadmin's, monitoring at {} port {}",
                          desired.oneadmin_keys.size(), desired.monitor_address, desired.monitor_port);
}

Async<Result<std::string>> leave(Trial& trial)
{
    CO_TRY(co_await trial.machine.leave());
    co_return std::string{"the front-end has forgotten the node; OpenNebula never had a host of it"};
}

struct Left {  // of a trial, as the front-end tells
    std::vector<std::string> tokens{};
    std::vector<std::string> nodes{};
    [[nodiscard]] bool empty() const { return tokens.empty() && nodes.empty(); }
};

void add_nodes(const Json& token, Left& left)
{
    if (!token.contains("used_by") || !token["used_by"].is_array()) return;
    for (const Json& user : token["used_by"]) {
        std::string node;
        if (user.is_object()) JsonFields{user}.optional("node", node);
        if (!node.empty()) left.nodes.push_back(std::move(node));
    }
}

Async<Result<Left>> look_for_traces(Trial& trial)
{
    Options deed;
    deed.verb = Verb::token_list;
    CO_TRY_LET(const auto listed, co_await have_done(trial, std::move(deed)));
    Left left;
    for (const Json& token : listed.objects) {
        int id = -1;
        std::string name;
        std::string state;
        JsonFields fields{token};
        fields.required("id", id);
        fields.required("name", name);
        fields.required("state", state);
        CO_TRY(fields.outcome());
        if (name != trial.machine.name()) continue;
        if (state != "revoked" && state != "expired") left.tokens.push_back(std::to_string(id));
        add_nodes(token, left);
    }
    co_return left;
}

/// Tokens first: then nobody comes by them any more.
Async<Result<>> remove(Trial& trial, Left left)
{
    for (const Verb verb : {Verb::token_revoke, Verb::node_remove}) {
        for (auto& which : verb == Verb::token_revoke ? left.tokens : left.nodes) {
            Options deed;
            deed.verb = verb;
            deed.which = std::move(which);
            const auto done = co_await have_done(trial, std::move(deed));
            if (!done && done.error().kind != ErrorKind::not_found) co_return one::fail(done.error());
        }
    }
    co_return Result<>{};
}

/// An answer that was lost may have left more than we know of, so the front-end is asked what there is.
Async<Result<std::string>> take_back(Trial& trial)
{
    if (trial.machine.is_enrolled()) static_cast<void>(co_await trial.machine.leave());  // else it is removed below
    std::size_t removed = 0;
    for (int round = 0; round < most_rounds; ++round) {
        CO_TRY_LET(auto left, co_await look_for_traces(trial));
        if (left.empty())
            co_return removed == 0 ? std::string{"its token is revoked, its node gone"}
                                   : std::string{"its token is revoked, its node gone; the admin removed the node"};
        removed += left.nodes.size();
        CO_TRY(co_await remove(trial, std::move(left)));
    }
    co_return one::fail({.kind = ErrorKind::busy,
                         .thing = trial.machine.name(),
                         .reason = "something of it is still there",
                         .doing = "take back"});
}

std::string seconds_since(Clock::time_point begun)
{
    return fmt::format("{:.3f} s", std::chrono::duration<double>(Clock::now() - begun).count());
}

Async<Result<>> step(Trial& trial, std::string name, Async<Result<std::string>> work)
{
    const auto begun = Clock::now();
    const auto done = co_await std::move(work);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
    const auto said = done ? *done : std::string{"failed"};
    Json fields{{"step", name}, {"outcome", done ? "ok" : "failed"}, {"took_ms", took}, {"said", said}};
    trial.terminal->say(fmt::format("{:<10}{:>9}  {}", name, seconds_since(begun), said), "step", std::move(fields));
    if (!done) co_return one::fail(done.error());
    co_return Result<>{};
}

one::Failure interrupted(int signal, const std::string& before)
{
    return one::fail({.kind = ErrorKind::interrupted,
                      .thing = "the trial",
                      .reason = fmt::format("signal {} came before the step `{}`", signal, before),
                      .doing = "go on with"});
}

Async<Result<>> play(Trial& trial)
{
    struct Step {
        std::string name;
        Async<Result<std::string>> (*act)(Trial& trial);
    };
    const std::vector<Step> steps{
        {"greet", greet}, {"token", make_token}, {"enroll", enroll}, {"desired", read_desired}, {"leave", leave}};
    for (const auto& [name, act] : steps) {
        if (*trial.caught != 0) co_return interrupted(*trial.caught, name);
        auto work = act(trial);
        auto copy = name;
        CO_TRY(co_await step(trial, std::move(copy), std::move(work)));
    }
    co_return Result<>{};
}

one::Error with_what_stays(one::Error error)
{
    error.next = fmt::format("onefrontend token list, onefrontend node list: revoke and remove what is of the type {}; "
                             "the token ends by itself {} after it was made, the node is forgotten after {}",
                             trial_type, one::to_text(token_life), one::to_text(std::chrono::seconds{longest_trial}));
    return error;
}

Async<Result<Exit>> run(const Options& options, one::Secret session, Terminal& terminal, const int& caught)
{
    auto wish = options.remote;
    CO_TRY_LET(auto desk, co_await Desk::at(std::move(wish), std::move(session)));
    CO_TRY_LET(auto target,
               one::http::parse_frontend(options.through.empty() ? options.remote.frontend : options.through));
    auto pin = options.remote.fingerprint;
    const auto where = to_text(target);
    CO_TRY_LET(auto machine, co_await PlayedMachine::make(std::move(target), std::move(pin)));
    Trial trial{.desk = std::move(desk), .machine = std::move(machine), .terminal = &terminal, .caught = &caught};

    const auto begun = Clock::now();
    const auto played = co_await play(trial);
    bool is_clean = true;
    if (!trial.is_traceless) {
        auto work = take_back(trial);
        std::string name = "take back";
        const auto gone = co_await step(trial, std::move(name), std::move(work));
        is_clean = gone.has_value();
        if (!gone) terminal.warn(with_what_stays(gone.error()));
    }
    if (!played) co_return one::fail(played.error());
    if (!is_clean) co_return Exit::failed;
    terminal.say(
        fmt::format("A machine can enroll at {}. It took {}, and nothing of it stays.", where, seconds_since(begun)),
        "tried", {{"frontend", where}, {"name", trial.machine.name()}});
    co_return terminal.warned() ? Exit::warnings : Exit::ok;
}

}  // namespace

Result<Exit> run_try_join(const Options& options, const std::string& one_auth, Terminal& terminal)
{
    TRY_LET(auto session, read_own_session(one_auth));
    one::asio::io_context loop;
    int caught = 0;
    one::asio::signal_set signals{loop, SIGINT, SIGTERM, SIGHUP};  // a step ends, within its limit; then all goes
    signals.async_wait([&caught](const boost::system::error_code& failed, int signal) {
        if (!failed) caught = signal;
    });
    return one::run_to_end(loop, run(options, std::move(session), terminal, caught));
}

}  // namespace onefrontend::cli
