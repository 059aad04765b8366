// Walks CLI11's tree.
#include "common/cli/help_tree.hpp"

#include "common/cli/given_verb.hpp"

#include <nlohmann/json.hpp>

namespace one {
namespace {

using Json = nlohmann::ordered_json;

Json names_of(const CLI::Option& option)
{
    Json names = Json::array();
    for (const auto& name : option.get_snames())
        names.push_back("-" + name);
    for (const auto& name : option.get_lnames())
        names.push_back("--" + name);
    return names;
}

Json describe(const CLI::Option& option)
{
    Json told = Json::object();
    told["names"] = names_of(option);
    if (!option.nonpositional()) {
        told["positional"] = option.get_single_name();
        told["several"] = option.get_items_expected_max() > 1;
    }
    if (option.get_items_expected_max() > 0) told["value"] = option.get_type_name();
    told["help"] = option.get_description();
    told["group"] = option.get_group();
    told["required"] = option.get_required();
    return told;
}

Json describe(const CLI::App& app)
{
    Json told = Json::object();
    told["name"] = app.get_name();
    told["about"] = app.get_description();
    told["footer"] = app.get_footer();
    told["options"] = Json::array();
    for (const auto* option : app.get_options())
        if (!option->get_group().empty()) told["options"].push_back(describe(*option));
    told["verbs"] = Json::array();
    for (const auto* verb : shown_verbs(app))
        told["verbs"].push_back(describe(*verb));
    return told;
}

}  // namespace

std::string help_tree(const CLI::App& app)
{
    return describe(app).dump() + '\n';
}

}  // namespace one
