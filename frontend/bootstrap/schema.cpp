// Versions are compared number by number; migrators are a chain.
#include "frontend/bootstrap/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace onefrontend::bootstrap {
namespace {

using one::Result;
using Numbers = std::array<int, 3>;

Numbers numbers_of(std::string_view version)
{
    Numbers numbers{};
    for (auto& number : numbers) {
        const auto [end, wrong] = std::from_chars(version.data(), version.data() + version.size(), number);
        if (wrong != std::errc{}) break;
        version.remove_prefix(static_cast<std::size_t>(end - version.data()));
        if (!version.starts_with('.')) break;
        version.remove_prefix(1);
    }
    return numbers;
}

}  // namespace

std::string schema_wanted(std::string_view oned_version)
{
    constexpr std::string_view name = "OpenNebula ";
    const auto at = oned_version.find(name);
    if (at == std::string_view::npos) return {};
    const auto numbers = numbers_of(oned_version.substr(at + name.size()));
    return numbers[0] == 0 ? std::string{} : fmt::format("{}.{}.0", numbers[0], numbers[1]);
}

Age age_of(const Schema& schema, std::string_view wanted)
{
    const auto want = numbers_of(wanted);
    if (std::max(numbers_of(schema.shared), numbers_of(schema.local)) > want) return Age::newer;
    return schema.shared == wanted && schema.local == wanted ? Age::same : Age::older;
}

Result<std::vector<std::string>> migrators_between(const std::vector<std::string>& files, const std::string& from,
                                                   const std::string& to)
{
    std::vector<std::string> chain;
    std::string at = from;
    while (numbers_of(at) < numbers_of(to)) {
        const auto next = std::ranges::find_if(files, [&at](const auto& file) {
            return file.starts_with(at + "_to_") && numbers_of(file.substr(at.size() + 4)) > numbers_of(at);
        });
        if (next == files.end())
            return one::fail({.kind = one::ErrorKind::not_found,
                              .thing = fmt::format("the database's schema {} to {}", from, to),
                              .reason = fmt::format("OpenNebula's packages here have no migrator from {}", at),
                              .next = "install opennebula-migration (or -migration-community) of this version, or go "
                                      "through the versions between",
                              .doing = "bring"});
        chain.push_back(*next);
        const auto target = next->substr(at.size() + 4);
        at = target.substr(0, target.rfind(".rb"));
    }
    return chain;
}

one::Error too_new(const Schema& schema, const std::string& wanted)
{
    return {.kind = one::ErrorKind::conflict,
            .thing = "the database",
            .reason = fmt::format("its schema is {}, this OpenNebula has {}: there is no way back",
                                  std::max(schema.shared, schema.local), wanted),
            .next = "start the version that it was upgraded to, or restore a backup from before",
            .doing = "use"};
}

}  // namespace onefrontend::bootstrap
