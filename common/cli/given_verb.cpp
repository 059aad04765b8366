#include "common/cli/given_verb.hpp"

namespace one {

const CLI::App& given_verb(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : given_verb(*chosen.front());
}

std::string path_of(const CLI::App& verb)
{
    return verb.get_parent() == nullptr ? verb.get_name() : path_of(*verb.get_parent()) + ' ' + verb.get_name();
}

std::vector<const CLI::App*> shown_verbs(const CLI::App& app)
{
    return app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
}

}  // namespace one
