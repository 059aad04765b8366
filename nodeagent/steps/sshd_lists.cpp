// One list that leaves oneadmin out refuses the right key.
#include "nodeagent/steps/sshd_lists.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/sshd_patterns.hpp"

#include <algorithm>

namespace onenode::steps {

// sshd -T prints an entry a line; several on one line are read as well.
std::vector<std::string> SshdLists::entries(const std::string& keyword) const
{
    std::vector<std::string> all;
    for (const auto& line : settings_->values(keyword))
        for (auto& word : one::split_words(line))
            all.push_back(std::move(word));
    return all;
}

bool SshdLists::user_stands_in(const std::string& keyword) const
{
    return std::ranges::any_of(
        entries(keyword), [this](const auto& entry) { return matches_user_entry(oneadmin::name, source_, entry); });
}

bool SshdLists::group_stands_in(const std::string& keyword) const
{
    const auto patterns = entries(keyword);
    return std::ranges::any_of(groups_, [&patterns](const auto& group) {
        return std::ranges::any_of(patterns, [&group](const auto& pattern) { return matches_pattern(group, pattern); });
    });
}

std::string SshdLists::text_of(const std::string& keyword) const
{
    return one::join(entries(keyword), " ");
}

}  // namespace onenode::steps
