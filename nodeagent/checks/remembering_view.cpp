// Remembers answers to equal commands, refusals too: a program that hung once is not waited for again.
#include "nodeagent/checks/remembering_view.hpp"

#include <algorithm>

namespace onenode {

Result<CommandOutput> Answers::to(const Command& command, const HostView& host)
{
    Heard& heard = heard_of(command);
    std::call_once(heard.once, [&] { heard.answer = host.look(command); });  // who comes meanwhile waits for it
    return *heard.answer;
}

Answers::Heard& Answers::heard_of(const Command& command)
{
    const std::scoped_lock lock{mutex_};
    const auto known = std::ranges::find(heard_, command, &Heard::command);
    return known != heard_.end() ? *known : heard_.emplace_back(command);
}

Result<CommandOutput> RememberingView::look(const Command& command) const
{
    auto answer = answers_->to(command, *host_);
    if (!answer && answer.error().kind == ErrorKind::timeout && !hung_) hung_ = answer.error();
    return answer;
}

}  // namespace onenode
