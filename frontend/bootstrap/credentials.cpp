// Passwords against their hashes.
#include "frontend/bootstrap/credentials.hpp"

#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::bootstrap {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::size_t bytes_of_a_secret = 32;
constexpr std::size_t letters_of_a_hash = 64;

std::string_view between(std::string_view text, std::string_view begin, std::string_view end, std::size_t from = 0)
{
    const auto at = text.find(begin, from);
    const auto stop = at == std::string_view::npos ? at : text.find(end, at);
    if (stop == std::string_view::npos) return {};
    return text.substr(at, stop + end.size() - at);
}

/// The text of <NAME>text</NAME>, in CDATA or not.
std::string_view content_of(std::string_view element)
{
    element = element.substr(std::min(element.find('>') + 1, element.size()));
    element = element.substr(0, element.rfind('<'));
    constexpr std::string_view begin = "<![CDATA[";
    constexpr std::string_view end = "]]>";
    if (!element.starts_with(begin) || !element.ends_with(end)) return element;
    return element.substr(begin.size(), element.size() - begin.size() - end.size());
}

bool is_hash(std::string_view text)
{
    return text.size() == letters_of_a_hash &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_right(const one::Secret& password, const User& user)
{
    return hash_of(password) == user.hash;
}

}  // namespace

std::optional<User> read_user(int id, std::string name, std::string_view body)
{
    const auto password = between(body, "<PASSWORD>", "</PASSWORD>");
    const auto driver = between(body, "<AUTH_DRIVER>", "</AUTH_DRIVER>");
    if (password.empty() || driver.empty() || !is_hash(content_of(password))) return std::nullopt;
    User user{.id = id,
              .name = std::move(name),
              .driver = std::string{content_of(driver)},
              .hash = std::string{content_of(password)},
              .element = std::string{password}};
    constexpr std::string_view begin = "<LOGIN_TOKEN>";
    constexpr std::string_view end = "</LOGIN_TOKEN>";
    for (auto token = between(body, begin, end); !token.empty();
         token = between(body, begin, end, static_cast<std::size_t>(token.data() - body.data()) + token.size()))
        user.tokens.emplace_back(token);
    std::ranges::transform(user.hash, user.hash.begin(), [](char letter) {
        return static_cast<char>(letter >= 'A' && letter <= 'F' ? letter + 32 : letter);
    });
    return user;
}

std::string hash_of(const one::Secret& password)
{
    return one::to_hex(one::sha256(password.reveal()));
}

std::string statement_for(const User& user, const std::string& new_hash)
{
    std::string body =
        fmt::format("REPLACE(body, '{}', '<PASSWORD><![CDATA[{}]]></PASSWORD>')", user.element, new_hash);
    for (const auto& token : user.tokens)
        if (token.find_first_of("'\\") == std::string::npos) body = fmt::format("REPLACE({}, '{}', '')", body, token);
    return fmt::format("UPDATE user_pool SET body = {} WHERE oid = {} AND body LIKE '%{}%';\n", body, user.id,
                       user.element);
}

std::optional<Auth> read_auth(std::string_view text)
{
    const auto line = one::trim(text.substr(0, text.find('\n')));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == line.size()) return std::nullopt;
    return Auth{std::string{line.substr(0, colon)}, one::Secret{line.substr(colon + 1)}};
}

Result<> check_password(const one::Secret& password, std::string_view whose)
{
    const auto text = password.reveal();
    const bool fine = !text.empty() && std::ranges::none_of(text, [](char letter) {
        return static_cast<unsigned char>(letter) <= ' ' || letter == '\x7f';
    });
    if (fine) return {};
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = std::string{whose},
                      .reason = "OpenNebula's passwords have no blanks",
                      .next = "write another one into its file",
                      .doing = "use the password of"});
}

Result<Decision> decide_oneadmin(const std::optional<User>& user, const std::optional<Auth>& present,
                                 const one::Secret* wished)
{
    if (!user) {  // an empty database takes what one_auth says
        if (wished) return Decision{.secret = wished->copy()};
        if (present) return Decision{.secret = present->password.copy()};
        return Decision{.secret = random_secret(), .word = "oneadmin has a new password: it is in one_auth"};
    }
    const bool checkable = user->driver == "core";
    if (wished && (!checkable || is_right(*wished, *user))) return Decision{.secret = wished->copy()};
    if (wished)
        return Decision{
            .secret = wished->copy(), .tell_database = true, .word = "oneadmin's password is now that of its file"};
    if (present && (!checkable || is_right(present->password, *user)))
        return Decision{.secret = present->password.copy()};
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = "one_auth",
                      .reason = present ? "its password is not the one that the database has: it was changed elsewhere"
                                        : "it is lost, and the database has only a hash of oneadmin's password",
                      .next = "write oneadmin:PASSWORD into it, or set credentials.oneadmin.passwordFile: the database "
                              "follows that",
                      .doing = "log in with"});
}

Decision decide_serveradmin(const User& user, const std::vector<Auth>& present, const one::Secret* wished)
{
    if (wished) {
        const bool right = is_right(*wished, user);
        return {.secret = wished->copy(),
                .tell_database = !right,
                .word = right ? "" : "serveradmin's password is now that of its file"};
    }
    for (const Auth& auth : present)
        if (is_right(auth.password, user)) return {.secret = auth.password.copy()};
    return {.secret = random_secret(),
            .tell_database = true,
            .word = "serveradmin has a new password: none of the *_auth files had the right one"};
}

one::Secret random_secret()
{
    return one::Secret{one::to_hex(one::random_bytes(bytes_of_a_secret))};
}

}  // namespace onefrontend::bootstrap
