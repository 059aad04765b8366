// Whether sshd's AllowUsers, AllowGroups and their opposites let oneadmin in, as sshd counts them.
#pragma once

#include "nodeagent/core/sshd_settings.hpp"

#include <string>
#include <vector>

namespace onenode::steps {

class SshdLists {
public:
    /// `groups`: names of those that oneadmin is in, or will be; `source`: the address it comes from.
    SshdLists(const SshdSettings& settings, std::vector<std::string> groups, std::string source) :
        settings_(&settings), groups_(std::move(groups)), source_(std::move(source))
    {
    }

    [[nodiscard]] bool deny_user() const { return user_stands_in("denyusers"); }
    [[nodiscard]] bool deny_group() const { return group_stands_in("denygroups"); }
    [[nodiscard]] bool deny_oneadmin() const { return deny_user() || deny_group(); }
    [[nodiscard]] bool miss_user() const { return is_set("allowusers") && !user_stands_in("allowusers"); }
    [[nodiscard]] bool miss_group() const { return is_set("allowgroups") && !group_stands_in("allowgroups"); }
    /// All entries of one list.
    [[nodiscard]] std::string text_of(const std::string& keyword) const;

private:
    [[nodiscard]] std::vector<std::string> entries(const std::string& keyword) const;
    [[nodiscard]] bool user_stands_in(const std::string& keyword) const;
    [[nodiscard]] bool group_stands_in(const std::string& keyword) const;
    [[nodiscard]] bool is_set(const std::string& keyword) const { return !entries(keyword).empty(); }

    const SshdSettings* settings_;
    std::vector<std::string> groups_;
    std::string source_;
};

}  // namespace onenode::steps
