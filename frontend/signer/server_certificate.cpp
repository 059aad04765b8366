// Issues the service's certificate, and knows when it needs a new one.
#include "frontend/signer/server_certificate.hpp"

#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/files.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::chrono::hours life{24 * 90};
constexpr std::chrono::minutes clocks_may_differ_by{5};

one::identity::Issue wanted(const std::vector<std::string>& names, one::identity::Time now)
{
    one::identity::Issue issue;
    issue.common_name = names.empty() ? "onefrontend" : names.front().substr(0, 64);  // X.509 takes no more there
    for (const auto& name : names) {
        const auto address = normal_address(name);
        if (address.empty())
            issue.dns_names.push_back(name);
        else
            issue.addresses.push_back(address);
    }
    issue.purpose = one::identity::Purpose::server;
    issue.not_before = now - clocks_may_differ_by;
    issue.not_after = now + life;
    return issue;
}

std::vector<std::string> sorted(std::vector<std::string> names)
{
    std::ranges::sort(names);
    return names;
}

}  // namespace

Result<std::string> issue_server_certificate(const one::identity::Authority& authority, std::string_view public_key,
                                             const std::vector<std::string>& names, one::identity::Time now)
{
    return one::identity::issue(authority, public_key, wanted(names, now));
}

bool needs_renewal(const one::identity::Certificate& certificate, const std::vector<std::string>& names,
                   one::identity::Time now)
{
    const auto issue = wanted(names, now);
    const auto whole = certificate.not_after - certificate.not_before;
    return certificate.not_after - now <= whole / 3 || sorted(certificate.dns_names) != sorted(issue.dns_names) ||
           sorted(certificate.addresses) != sorted(issue.addresses);
}

Result<bool> refresh_server_certificate(const std::string& path, const one::identity::Authority& authority,
                                        const std::vector<std::string>& names, one::identity::Time now)
{
    TRY_LET(const auto pem, read_small_file(path, Links::refuse));
    TRY_LET(const auto present, one::identity::read_certificate(pem));
    if (!needs_renewal(present, names, now)) return false;
    TRY_LET(const auto fresh, issue_server_certificate(authority, present.public_key, names, now));
    TRY(replace_file(path, fresh, 0644));
    return true;
}

}  // namespace onefrontend
