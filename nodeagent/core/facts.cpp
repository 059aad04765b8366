// Reading the facts, and gathering the plain ones: files, accounts, names.
#include "nodeagent/core/facts.hpp"

namespace onenode {

std::string Facts::text(std::string_view path) const
{
    const FileFact* found = file(path);
    return found != nullptr ? found->text : std::string{};
}

const FileFact* Facts::file(std::string_view path) const
{
    const auto found = files.find(std::string{path});
    return found != files.end() ? &found->second : nullptr;
}

const User* Facts::user(std::string_view name) const
{
    const auto found = users.find(std::string{name});
    return found != users.end() ? &found->second : nullptr;
}

const Group* Facts::group(std::string_view name) const
{
    const auto found = groups.find(std::string{name});
    return found != groups.end() ? &found->second : nullptr;
}

Facts with_risks(Facts facts, const std::vector<std::string>& accepted)
{
    facts.accepted_risks = {accepted.begin(), accepted.end()};
    return facts;
}

}  // namespace onenode
