// Writes and reads join tokens. No error here ever holds a piece of what was pasted.
#include "common/join_token.hpp"

#include "common/text/encoding.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <cstddef>

namespace one {
namespace {

constexpr std::string_view prefix = "ont1.";
constexpr std::size_t secret_bytes = 20;
constexpr std::size_t pin_bytes = 32;
constexpr std::size_t check_bytes = 4;
constexpr std::size_t check_letters = 6;
constexpr std::size_t longest = 256;

Failure bad(std::string_view reason, std::string_view next)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "the join token",
                 .reason = std::string{reason},
                 .next = std::string{next},
                 .doing = "read"});
}

Failure cut()
{
    return bad("it was cut: its end is missing", "copy the whole line that `onefrontend token create` printed");
}

Failure mistyped()
{
    return bad("it was mistyped: its checksum does not fit",
               "copy it again from where it was made, rather than typing it");
}

Failure no_token()
{
    return bad("this is no join token: those begin with ont1.", "make one on the front-end: onefrontend token create");
}

// What people paste around it: quotes, and the word that HTTP puts in front.
std::string_view unwrapped(std::string_view text)
{
    text = trim(text);
    for (const std::string_view word : {"Bearer ", "bearer "})
        if (text.starts_with(word)) text = trim(text.substr(word.size()));
    for (const char quote : {'"', '\'', '`'})
        if (text.size() >= 2 && text.front() == quote && text.back() == quote)
            text = trim(text.substr(1, text.size() - 2));
    return text;
}

std::string check_of(std::string_view before)
{
    return to_base64url(std::string_view{sha256(before)}.substr(0, check_bytes));
}

std::size_t dots_in(std::string_view text)
{
    std::size_t count = 0;
    for (const char letter : text)
        count += letter == '.' ? 1 : 0;
    return count;
}

}  // namespace

Result<JoinToken> parse_join_token(std::string_view given)
{
    const std::string_view text = unwrapped(given);
    if (text.empty()) return bad("it is empty", "make one on the front-end: onefrontend token create");
    if (!text.starts_with("ont")) return no_token();
    if (!text.starts_with(prefix)) {
        const auto digits_end = text.find_first_not_of("0123456789", 3);
        if (digits_end == 3 || digits_end == std::string_view::npos || text[digits_end] != '.') return no_token();
        return bad("it was made for a newer version of onenode", "install the onenode that fits the front-end");
    }
    if (text.find_first_of(" \t\r\n") != std::string_view::npos)
        return bad("it has white space inside", "paste it as one line");
    if (text.size() > longest || dots_in(text) > 4) return mistyped();
    if (dots_in(text) < 4) return cut();

    const auto check_at = text.rfind('.') + 1;
    if (text.size() - check_at < check_letters) return cut();
    if (text.substr(check_at) != check_of(text.substr(0, check_at))) return mistyped();

    // The checksum fits, so what follows is a token as somebody made it.
    std::string_view rest = text.substr(prefix.size(), check_at - 1 - prefix.size());
    const auto id_text = rest.substr(0, rest.find('.'));
    rest.remove_prefix(id_text.size() + 1);
    const auto secret_text = rest.substr(0, rest.find('.'));
    const auto pin_text = rest.substr(secret_text.size() + 1);

    JoinToken token;
    token.id = to_number<int>(id_text).value_or(-1);
    Result<std::string> secret = from_base64url(secret_text);
    const bool good_secret = secret && secret->size() == secret_bytes;
    if (secret) wipe(*secret);
    if (token.id < 0 || !good_secret || !is_pin(pin_text))
        return bad("its parts are not what a join token holds", "make one on the front-end: onefrontend token create");
    token.secret = Secret{secret_text};
    token.pin = pin_text;
    return token;
}

bool is_pin(std::string_view text)
{
    const auto bytes = from_base64url(text);
    return bytes && bytes->size() == pin_bytes;
}

Secret to_text(const JoinToken& token)
{
    std::string text;
    text.reserve(longest);  // so that no reallocation leaves the secret behind
    text += prefix;
    text += std::to_string(token.id);
    text += '.';
    text += token.secret.reveal();
    text += '.';
    text += token.pin;
    text += '.';
    text += check_of(text);
    return Secret{std::move(text)};
}

Secret make_join_secret()
{
    std::string bytes = random_bytes(secret_bytes);
    Secret secret{to_base64url(bytes)};
    wipe(bytes);
    return secret;
}

std::string hash_of_join_secret(const Secret& secret)
{
    return to_hex(sha256(secret.reveal()));
}

}  // namespace one
