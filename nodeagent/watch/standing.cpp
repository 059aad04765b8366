// From troubles to a sentence; who listens is told when something of it changed.
#include "nodeagent/watch/standing.hpp"

#include "common/log.hpp"
#include "common/text/moment.hpp"

#include <fmt/format.h>

namespace onenode {

namespace log = one::log;

std::string with_next(const one::Error& error)
{
    const auto first_line = error.next.substr(0, error.next.find('\n'));
    return first_line.empty() ? one::to_line(error) : fmt::format("{}: {}", one::to_line(error), first_line);
}

void Standing::well(std::string sentence, std::string after_checks)
{
    begin(std::move(sentence), std::move(after_checks));
    tell_again();
}

void Standing::begin(std::string sentence, std::string after_checks)
{
    well_ = std::move(sentence);
    after_checks_ = std::move(after_checks);
}

void Standing::trouble(Part part, const std::string& reason)
{
    if (reason.empty())
        troubles_.erase(part);
    else
        troubles_[part] = reason;
    tell_again();
}

void Standing::checked(const Checkup& checkup)
{
    status_.checkup = checkup;
    awaits_checks_ = false;
    trouble(Part::checks, trouble_of(checkup));
}

void Standing::waits(Part part, const std::string& for_what)
{
    if (for_what.empty())
        waits_.erase(part);
    else
        waits_[part] = for_what;
    status_.waits.clear();
    for (const auto& [of, what] : waits_)
        status_.waits += (status_.waits.empty() ? "" : "; ") + what;
    tell_again();
}

void Standing::note(const std::function<void(AgentStatus& status)>& change)
{
    change(status_);
    tell_again();
}

void Standing::end(const std::string& sentence)
{
    troubles_.clear();
    waits_.clear();
    status_.waits.clear();
    status_.checkup = {};
    awaits_checks_ = false;
    well(sentence);
}

std::string Standing::all_is_well() const
{
    std::string sentence = well_;
    const auto checks = awaits_checks_ ? std::string{"checks running"} : in_words(status_.checkup);
    for (const auto& part : {checks, after_checks_})
        if (!part.empty()) sentence += ", " + part;
    if (!status_.waits.empty()) sentence += "; " + status_.waits;
    return sentence;
}

void Standing::tell_again()
{
    if (well_.empty() && troubles_.empty()) return;
    status_.troubles.clear();
    for (const auto& [part, reason] : troubles_)
        status_.troubles.push_back(reason);
    if (troubles_.empty())
        status_.sentence = all_is_well();
    else if (troubles_.size() == 1)
        status_.sentence = fmt::format("degraded: {}", status_.troubles.front());
    else
        status_.sentence = fmt::format("degraded: {} (and {} more)", status_.troubles.front(), troubles_.size() - 1);
    if (status_.sentence != told_.sentence) {
        status_.since = one::rfc3339(host_->now());
        if (troubles_.empty())
            log::info(status_.sentence);
        else
            log::warning(status_.sentence);
    }
    if (status_ == told_) return;
    told_ = status_;
    if (tell_) tell_(status_);
}

}  // namespace onenode
