// Reads OpenSSH public key lines and looks into the blob: a line whose key is not what it says is refused.
#include "common/ssh/public_key.hpp"

#include "common/ssh/blob.hpp"
#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace one::ssh {
namespace {

constexpr std::size_t longest_line = 16 * 1024;

struct Format {
    std::string_view type;
    int parts;  // length-prefixed fields after the type
};

constexpr std::array formats{
    Format{"ssh-ed25519", 1},
    Format{"ssh-rsa", 2},
    Format{"ecdsa-sha2-nistp256", 2},
    Format{"ecdsa-sha2-nistp384", 2},
    Format{"ecdsa-sha2-nistp521", 2},
    Format{"sk-ssh-ed25519@openssh.com", 2},
    Format{"sk-ecdsa-sha2-nistp256@openssh.com", 3},
};

Failure bad(std::string_view reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "an SSH public key",
                 .reason = std::string{reason},
                 .next = "look at it with: ssh-keygen -l -f FILE",
                 .doing = "read"});
}

Result<> check_blob(std::string_view type, std::string_view blob)
{
    const auto format = std::ranges::find(formats, type, &Format::type);
    if (format == formats.end()) return bad("its type is none that is known");
    const auto decoded = from_base64(blob);
    if (!decoded) return bad("its base64 is damaged");
    std::string_view bytes = *decoded;
    const auto inner = take_field(bytes);
    if (!inner) return bad("it was cut");
    if (*inner != type) return bad("it says one type in front and holds another");
    for (int part = 0; part < format->parts; ++part) {
        const auto field = take_field(bytes);
        if (!field || field->empty()) return bad("it was cut");
        if (type == "ssh-ed25519" && field->size() != 32) return bad("its length is wrong for its type");
    }
    if (!bytes.empty()) return bad("something follows the key in its base64");
    return {};
}

// authorized_keys options end at the first blank outside of double quotes; \" does not close them.
std::optional<std::size_t> end_of_options(std::string_view text)
{
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"')
            ++at;
        else if (text[at] == '"')
            quoted = !quoted;
        else if (!quoted && (text[at] == ' ' || text[at] == '\t'))
            return at;
    }
    return {};
}

Result<PublicKey> parse_plain(std::string_view text)
{
    PublicKey key;
    key.type = take_word(text);
    key.blob = take_word(text);
    key.comment = text;
    if (key.blob.empty()) return bad("it is not `type base64 comment`");
    TRY(check_blob(key.type, key.blob));
    return key;
}

bool is_known_type(std::string_view word)
{
    return std::ranges::find(formats, word, &Format::type) != formats.end();
}

}  // namespace

Result<PublicKey> parse_public_key(std::string_view line)
{
    if (line.size() > longest_line) return bad("the line is too long");
    std::string_view text = trim(line);
    for (const char letter : text)
        if ((static_cast<unsigned char>(letter) < 32 && letter != '\t') || letter == 127)
            return bad("a line break or control character stands inside");
    if (text.empty()) return bad("the line is empty");
    if (text.front() == '#') return bad("the line is a comment");

    std::string_view rest = text;
    if (is_known_type(take_word(rest))) return parse_plain(text);
    const auto end = end_of_options(text);
    if (!end) return bad("it is not `type base64 comment`");
    rest = text.substr(*end);
    if (!is_known_type(take_word(rest))) return bad("its type is none that is known");
    TRY_LET(PublicKey key, parse_plain(trim(text.substr(*end))));
    key.options = text.substr(0, *end);
    return key;
}

std::string to_line(const PublicKey& key)
{
    std::string line = key.type + ' ' + key.blob;
    if (!key.comment.empty()) line += ' ' + key.comment;
    return line;
}

std::string fingerprint(const PublicKey& key)
{
    const auto bytes = from_base64(key.blob);
    if (!bytes) return {};
    std::string text = to_base64(sha256(*bytes));
    text.erase(text.find_last_not_of('=') + 1);
    return "SHA256:" + text;
}

bool same_key(const PublicKey& left, const PublicKey& right)
{
    return left.type == right.type && left.blob == right.blob;
}

}  // namespace one::ssh
