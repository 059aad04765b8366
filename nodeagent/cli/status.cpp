// What this machine is joined to, and how it is: once, or as long as somebody watches.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/status_page.hpp"
#include "nodeagent/cli/verbs.hpp"

#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/watch/inotify.hpp"

#include <fmt/format.h>

namespace onenode::cli {
namespace {

constexpr int redraws_per_question = 5;  // the front-end is asked less often than the machine is looked at

class Looker {
public:
    explicit Looker(World& world) : world_(&world) {}

    Result<StatusPage> look()
    {
        TRY_LET(const auto member, load_membership(*world_->host));
        if (!member) {
            answer_.reset();
            return not_joined(*world_->host, world_->steps);
        }
        if (!answer_ || looks_++ % redraws_per_question == 0) answer_ = ask_about_host(*world_, *member);
        return look_at_node(*world_->host, *member, *answer_);
    }

private:
    World* world_;
    std::optional<HostAnswer> answer_{};
    int looks_ = 0;
};

Exit exit_of(const StatusOptions& options, Health health)
{
    if (options.exit_code) return static_cast<Exit>(health);
    return health == Health::healthy ? Exit::ok : Exit::warnings;
}

void show(Terminal& terminal, const StatusPage& page)
{
    if (terminal.json())
        terminal.object(to_json(page));
    else
        show_page(terminal, page);
}

/// All of the page that is news: not the clock, not that the front-end answered once more.
std::string news_in(StatusPage page)
{
    page.now = {};
    if (page.agent) {
        page.agent->last_contact.clear();
        page.agent->checkup.at.clear();  // that the same was found once more, neither
    }
    return to_json(page);
}

std::string line_of(const StatusPage& page)
{
    std::string line = one::rfc3339(page.now) + ' ' + page.headline;
    for (const auto& problem : page.problems)
        line += fmt::format("; {}: {}", problem.id, problem.message.substr(0, problem.message.find('\n')));
    return line;
}

/// Until something changed on the machine, or it is time to look again; kind interrupted at a Ctrl-C.
Result<> wait_for_news(World& world, Inotify* eye)
{
    if (eye == nullptr) return world.network->rest(world.patience.redraw);
    const auto wait = [](FileEye& files, std::chrono::milliseconds limit) -> Async<Result<>> {
        co_await files.changed(limit);
        co_return Result<>{};
    };
    const auto watched = eye->watch({places::agent_status, places::membership});
    if (!watched) return world.network->rest(world.patience.redraw);
    TRY(world.network->wait(wait(*eye, world.patience.redraw)));
    return {};
}

Result<Exit> keep_showing(const StatusOptions& options, World& world)
{
    auto opened = Inotify::open(world.network->executor());
    Inotify* const eye = opened ? opened->get() : nullptr;
    const bool redraws = world.on_terminal && !world.terminal->json();
    Looker looker{world};
    std::string shown;
    Exit exit = Exit::ok;
    for (;;) {
        TRY_LET(const StatusPage page, looker.look());
        if (world.network->interrupted()) return exit;  // half of an answer is no news
        exit = exit_of(options, page.health);
        auto news = news_in(page);
        if (redraws) {
            world.terminal->clear();
            show_page(*world.terminal, page);
        } else if (news != shown && world.terminal->json()) {
            world.terminal->object(to_json(page));
        } else if (news != shown) {
            world.terminal->headline(line_of(page));
        }
        shown = std::move(news);
        if (!wait_for_news(world, eye)) return exit;
    }
}

Result<Exit> go(const StatusOptions& options, World& world)
{
    TRY(must_be_root(*world.host, "status"));
    if (options.watch) return keep_showing(options, world);
    TRY_LET(const StatusPage page, Looker{world}.look());
    show(*world.terminal, page);
    return exit_of(options, page.health);
}

}  // namespace

Exit status(const StatusOptions& options, World& world)
{
    const auto done = go(options, world);
    if (done) return *done;
    const bool broken = options.exit_code && done.error().kind != ErrorKind::denied;  // not root: nothing is known
    const Exit exit = broken ? Exit::failed : Exit::cannot_run;
    world.terminal->fail("status", done.error(), {}, exit);
    return exit;
}

}  // namespace onenode::cli
