// Remembers answers to equal commands, refusals too: a program that hung once is not waited for again.
#include "nodeagent/checks/remembering_view.hpp"

#include <algorithm>

namespace onenode {

Result<CommandOutput> RememberingView::look(const Command& command) const
{
    Heard& heard = heard_of(command);
    std::call_once(heard.once, [&] { heard.answer = host_->look(command); });  // who comes meanwhile waits for it
    return *heard.answer;
}

RememberingView::Heard& RememberingView::heard_of(const Command& command) const
{
    const std::scoped_lock lock{mutex_};
    const auto known = std::ranges::find(heard_, command, &Heard::command);
    return known != heard_.end() ? *known : heard_.emplace_back(command);
}

}  // namespace onenode
