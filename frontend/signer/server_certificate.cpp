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

namespace {

const one::identity::Certificate* certificate_by(const std::vector<one::identity::Certificate>& certificates,
                                                 std::string_view authority_pem, one::identity::Time now)
{
    for (const auto& certificate : certificates)
        if (one::identity::verify(certificate, authority_pem, now)) return &certificate;
    return nullptr;
}

}  // namespace

Result<bool> refresh_server_certificates(const std::string& path, std::string_view public_key,
                                         const std::vector<one::identity::Authority>& authorities,
                                         const std::vector<std::string>& names, one::identity::Time now, Owner owner)
{
    const auto text = read_small_file(path, Links::refuse);
    auto present = text ? one::identity::read_certificates(*text) : Result<std::vector<one::identity::Certificate>>{};
    std::string wanted;
    for (const auto& authority : authorities) {
        const auto* known = present ? certificate_by(*present, authority.certificate_pem, now) : nullptr;
        if (known && known->public_key == public_key && !needs_renewal(*known, names, now)) {
            wanted += known->pem;
            continue;
        }
        TRY_LET(const auto fresh, issue_server_certificate(authority, public_key, names, now));
        wanted += fresh;
    }
    if (text && *text == wanted) return false;
    TRY(replace_file(path, wanted, 0644, owner));
    return true;
}

Result<bool> refresh_server_certificates(const std::string& path,
                                         const std::vector<one::identity::Authority>& authorities,
                                         const std::vector<std::string>& names, one::identity::Time now)
{
    TRY_LET(const auto pem, read_small_file(path, Links::refuse));
    TRY_LET(const auto present, one::identity::read_certificate(pem));
    return refresh_server_certificates(path, present.public_key, authorities, names, now);
}

Result<std::string> server_chains(std::string_view certificates_pem, std::string_view authorities_pem,
                                  one::identity::Time now)
{
    TRY_LET(const auto certificates, one::identity::read_certificates(certificates_pem));
    TRY_LET(const auto authorities, one::identity::read_certificates(authorities_pem));
    std::string chains;
    for (const auto& authority : authorities)
        if (const auto* certificate = certificate_by(certificates, authority.pem, now))
            chains += certificate->pem + authority.pem;
    // One that has ended is shown all the same: who sees it learns more than from a service that is not there.
    if (chains.empty()) chains = certificates.front().pem + authorities.front().pem;
    return chains;
}

}  // namespace onefrontend
