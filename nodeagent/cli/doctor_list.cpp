// What the checks say of themselves: nothing is looked at, so nobody has to be root.
#include "nodeagent/cli/doctor.hpp"

#include "nodeagent/checks/prose.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

constexpr std::size_t width = 100;

std::string id_of(const Check& check)
{
    return check.object.empty() ? std::string{check.id} : fmt::format("{}-{}", check.id, check.object);
}

std::vector<std::string> texts(const std::vector<std::string_view>& words)
{
    return {words.begin(), words.end()};
}

void tell(Terminal& terminal, const Check& check, const std::string& text)
{
    terminal.tell("check", text,
                  {{"id", std::string{check.id}},
                   {"title", std::string{check.title}},
                   {"object", std::string{check.object}},
                   {"applies_to", texts(drivers_of(check))},
                   {"families", std::string{check.families}},
                   {"severity", std::string{to_string(check.severity)}},
                   {"data_loss", check.data_loss},
                   {"fixable", check.fix != nullptr},
                   {"moments", texts(moments_of(check))},
                   {"covers", std::string{check.covers}},
                   {"explain", std::string{check.explain}},
                   {"without_it", std::string{check.without_it}},
                   {"mend", std::string{check.mend}}});
}

}  // namespace

Exit list_checks(World& world)
{
    const auto checks = every_check(world);
    std::size_t longest = 0;
    for (const Check* check : checks)
        longest = std::max(longest, id_of(*check).size());
    for (const Check* check : checks)
        tell(*world.terminal, *check,
             fmt::format("{:<{}}  {:<7}  {:<5}  {}\n", id_of(*check), longest, to_string(check->severity),
                         check->fix != nullptr ? "--fix" : "", check->title));
    return Exit::ok;
}

Result<Exit> explain_check(World& world, const std::string& id)
{
    TRY_LET(const Check* check, check_named(every_check(world), id, "explain"));
    tell(*world.terminal, *check,
         fmt::format("{}: {}\n\n{}\n({})\n", id_of(*check), check->title,
                     checks::wrapped(checks::prose_of(*check), width), fmt::join(checks::traits_of(*check), "; ")));
    return Exit::ok;
}

}  // namespace onenode::cli
