// A closed set of characters: what stands here becomes lines of files that apt and dnf obey, and an address is shown to
// people.
#include "common/wire/repository.hpp"

#include "common/signing_key.hpp"
#include "common/text/address.hpp"
#include "common/text/letters.hpp"
#include "common/text/number.hpp"
#include "common/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace one::wire {
namespace {

constexpr std::size_t longest = 500;
constexpr std::string_view in_addresses = "-._~/:$%+,=[]";
constexpr std::string_view in_words = "-._~/+";  // without a blank: one of them

Failure bad(std::string_view field, std::string reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = fmt::format("packages_{}", field),
                 .reason = std::move(reason),
                 .next = "mend it in the front-end's onefrontend.yaml (docs/configuration.md)",
                 .doing = "use"});
}

/// Of "https://[fd00::1]:8080/repo", whose scheme was looked at.
bool has_good_host(std::string_view address)
{
    address.remove_prefix(address.find("//") + 2);
    address = address.substr(0, address.find('/'));
    const bool bracketed = address.starts_with('[');
    const auto end = bracketed ? address.find(']') : address.find(':');
    const auto host = address.substr(0, end).substr(bracketed ? 1 : 0);
    auto rest = end == std::string_view::npos ? std::string_view{} : address.substr(end + (bracketed ? 1 : 0));
    if (bracketed && (end == std::string_view::npos || !one::is_address(std::string{host}))) return false;
    if (!rest.empty() && (rest.front() != ':' || !one::to_port(rest.substr(1)))) return false;
    return bracketed || (!host.empty() && consists_of(host, "-._") && is_alphanumeric(host.front()));
}

Result<> must_be_address(const char* field, const std::string& address)
{
    if (address.empty()) return {};
    if (!address.starts_with("https://") && !address.starts_with("http://"))
        return bad(field, fmt::format("\"{}\" does not begin with https:// or http://", printable(address)));
    if (address.find('@') != std::string::npos)  // not shown: there is a password in it
        return bad(field, "a user name or password stands in it, and every node would keep it in a readable file");
    const auto plain = filled(address, "1", "x", "1");
    if (const auto open = plain.find('{'); open != std::string::npos)
        return bad(field, fmt::format("{} is not known; {{release}}, {{distribution}} and {{version}} are",
                                      printable(plain.substr(open, plain.find('}', open) - open + 1))));
    if (address.size() > longest || !consists_of(plain, in_addresses))
        return bad(field, fmt::format("\"{}\" holds what does not belong into such an address", printable(address)));
    if (!has_good_host(plain))
        return bad(field, fmt::format("\"{}\" names no host, or a port that is none: https://HOST[:PORT]/PATH is meant",
                                      printable(address)));
    return {};
}

}  // namespace

bool is_named(const Repository& repository)
{
    return !repository.apt.empty() || !repository.dnf.empty();
}

Result<> must_be_plain(const Repository& repository)
{
    TRY(must_be_address("apt", repository.apt));
    TRY(must_be_address("dnf", repository.dnf));
    if (repository.apt.empty()) return {};
    const auto& suite = repository.suite;
    if (suite.empty() || suite.size() > longest || !consists_of(suite, in_words))
        return bad("suite", fmt::format("\"{}\" is no suite such as stable", printable(suite)));
    if (repository.component.size() > longest || !consists_of(repository.component, "-._~/+ "))
        return bad("component", fmt::format("\"{}\" is no component", printable(repository.component)));
    if (repository.component.empty() != suite.ends_with('/'))
        return bad("component", suite.ends_with('/') ? "a suite that ends with / has none"
                                                     : "it is missing; only a suite that ends with / has none");
    return {};
}

Result<> must_be_usable(const Repository& repository)
{
    TRY(must_be_plain(repository));
    if (!is_named(repository)) return {};
    if (auto keys = read_signing_keys(repository.key); !keys) return bad("key", std::move(keys.error().reason));
    return {};
}

std::string filled(std::string address, std::string_view release, std::string_view distribution,
                   std::string_view version)
{
    for (const auto& [name, value] : std::array{std::pair{std::string_view{"{release}"}, release},
                                                std::pair{std::string_view{"{distribution}"}, distribution},
                                                std::pair{std::string_view{"{version}"}, version}}) {
        if (value.empty()) continue;
        for (auto at = address.find(name); at != std::string::npos; at = address.find(name, at + value.size()))
            address.replace(at, name.size(), value);
    }
    return address;
}

std::string release_of(std::string_view version)
{
    const auto dot = version.find('.');
    if (dot == std::string_view::npos) return std::string{version};
    return std::string{version.substr(0, version.find_first_not_of("0123456789", dot + 1))};
}

}  // namespace one::wire
