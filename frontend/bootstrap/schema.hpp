// The database's schema against the installed OpenNebula's. Pure.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::bootstrap {

struct Schema {  // the last rows of db_versioning and local_db_versioning
    std::string shared{};
    std::string local{};
    bool operator==(const Schema&) const = default;
};

/// What `oned -v` of 7.4.3 wants: 7.4.0. Empty where it says nothing that we know.
std::string schema_wanted(std::string_view oned_version);

enum class Age { same, older, newer };
Age age_of(const Schema& schema, std::string_view wanted);

/// Migrators from a version to another, by their files' names ("7.2.0_to_7.4.0.rb"); an error where one is missing on
/// the way.
one::Result<std::vector<std::string>> migrators_between(const std::vector<std::string>& files, const std::string& from,
                                                        const std::string& to);

/// Why oned of `wanted` cannot have it.
one::Error too_new(const Schema& schema, const std::string& wanted);

}  // namespace onefrontend::bootstrap
