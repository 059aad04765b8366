// onefrontend keys rotate
#include "common/ssh/public_key.hpp"
#include "common/text/duration.hpp"
#include "common/text/words.hpp"
#include "frontend/cli/accounts.hpp"
#include "frontend/cli/admin.hpp"
#include "frontend/cli/key_pair.hpp"
#include "frontend/cli/keys.hpp"
#include "frontend/enroll/key_ring.hpp"
#include "frontend/enroll/nodes.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace onefrontend::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 1s;

struct Spread {
    bool is_told = false;  // to nodes, by `serve`
    Holders holders{};
};

Async<Result<Spread>> look(Admin& admin, std::string fingerprint)
{
    Spread spread;
    CO_TRY_LET(const auto ring, co_await find_key_ring(*admin.cloud));
    const auto told = fingerprints_of(lines_of(ring));
    spread.is_told = std::ranges::find(told, fingerprint) != told.end();
    if (!spread.is_told) co_return spread;
    Nodes nodes{*admin.cloud};
    CO_TRY_LET(const auto all, co_await nodes.all());
    spread.holders = holders_of(fingerprint, all);
    co_return spread;
}

/// Until every node has it. A node that stays away is not waited for longer than that.
Async<Result<Spread>> wait_for_nodes(Admin& admin, std::string fingerprint, std::chrono::seconds limit)
{
    const auto until = std::chrono::steady_clock::now() + limit;
    while (true) {
        CO_TRY_LET(auto spread, co_await look(admin, fingerprint));
        const bool is_everywhere = spread.is_told && spread.holders.lack.empty();
        if (is_everywhere || std::chrono::steady_clock::now() >= until) co_return spread;
        const bool waited = co_await one::pause(look_interval);
        if (!waited) co_return spread;
    }
}

one::Error nobody_tells(const KeyPair& next)
{
    return {.kind = one::ErrorKind::conflict,
            .thing = "oneadmin's key",
            .reason = "`onefrontend serve` did not notice the new one, so no node knows of it; the one in use stays",
            .next = "look whether serve runs (systemctl status onefrontend), then run this again; or give it up: rm " +
                    next.file + " " + next.file + ".pub",
            .doing = "rotate"};
}

one::Error some_lack_it(const Holders& holders, std::chrono::seconds life)
{
    return {.kind = one::ErrorKind::timeout,
            .thing = "these nodes",
            .reason = fmt::format("they have not taken the new key: {}", few(holders.lack)),
            .next = fmt::format("they take it by themselves once their agent is there again (onefrontend keys status); "
                                "until then, for {}, the former key opens them where an ssh-agent runs",
                                one::to_text(life)),
            .doing = "reach"};
}

Async<Result<>> rotate(Admin& admin, KeyPair present, std::chrono::seconds limit)
{
    const Config& config = *admin.config;
    CO_TRY_LET(const auto next, make_next(present));
    CO_TRY_LET(const auto key, one::ssh::parse_public_key(next.line));
    CO_TRY_LET(const auto former, one::ssh::parse_public_key(present.line));
    const auto fingerprint = one::ssh::fingerprint(key);
    CO_TRY_LET(const auto spread, co_await wait_for_nodes(admin, fingerprint, limit));
    if (!spread.is_told) co_return one::fail(nobody_tells(next));
    CO_TRY(put_in_place(config, present, next));
    const auto& [have, lack] = spread.holders;
    tell_audit(admin, "oneadmin-key-rotated",
               {{"file", present.file},
                {"former", one::ssh::fingerprint(former)},
                {"fingerprint", fingerprint},
                {"nodes_without", one::join(lack, ",")}});
    if (!lack.empty()) admin.out->warn(some_lack_it(spread.holders, config.old_key_life));
    const auto said =
        fmt::format("{} is {} from now on, and {} of {} nodes let it in. The former one, {}, is let in for another {}: "
                    "onefrontend keys status\nOther front-ends of this cloud have the former one still: copy {} and "
                    "{}.pub there.",
                    present.file, fingerprint, have.size(), have.size() + lack.size(), one::ssh::fingerprint(former),
                    one::to_text(config.old_key_life), present.file, present.file);
    admin.out->say(said, "key-rotated",
                   {{"file", present.file},
                    {"former", one::ssh::fingerprint(former)},
                    {"fingerprint", fingerprint},
                    {"nodes", have},
                    {"nodes_without", lack}});
    co_return Result<>{};
}

}  // namespace

Async<Result<Exit>> keys_rotate(Admin& admin, std::chrono::seconds limit)
{
    CO_TRY_LET(const auto account, find_account(admin.config->ssh_user));
    if (::geteuid() != 0) CO_TRY(must_run_as(account, "keys rotate"));
    CO_TRY(become(account));  // root makes no files where oneadmin can put links
    CO_TRY_LET(const auto pairs, find_key_pairs(*admin.config));
    for (const KeyPair& pair : pairs) {
        KeyPair present = pair;
        CO_TRY(co_await rotate(admin, std::move(present), limit));
    }
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
