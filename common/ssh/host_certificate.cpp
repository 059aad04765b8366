// A certificate is the host key's own fields between a nonce and what is said of the key.
#include "common/ssh/host_certificate.hpp"

#include "common/ssh/blob.hpp"
#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace one::ssh {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

constexpr std::size_t longest_line = 16 * 1024;
constexpr std::uint32_t for_a_host = 2;

struct Format {
    std::string_view plain;
    std::string_view certified;
    int parts;  // fields of the key
};

constexpr std::array formats{
    Format{"ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", 1},
    Format{"ssh-rsa", "ssh-rsa-cert-v01@openssh.com", 2},
    Format{"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", 2},
    Format{"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", 2},
    Format{"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", 2},
};

Failure bad(std::string_view reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = "an SSH host certificate",
                 .reason = std::string{reason},
                 .next = "look at it with: ssh-keygen -L -f FILE",
                 .doing = "read"});
}

std::uint64_t epoch(system_clock::time_point time)
{
    return static_cast<std::uint64_t>(std::chrono::duration_cast<seconds>(time.time_since_epoch()).count());
}

// "Forever" is the largest number there is; so far the clock does not count.
system_clock::time_point moment(std::uint64_t epoch)
{
    constexpr auto last = std::chrono::duration_cast<seconds>(system_clock::duration::max()).count();
    return system_clock::time_point{seconds{std::min(epoch, static_cast<std::uint64_t>(last))}};
}

std::string to_fields(const std::vector<std::string>& texts)
{
    std::string bytes;
    for (const auto& text : texts)
        bytes += field(text);
    return bytes;
}

std::optional<std::vector<std::string>> from_fields(std::string_view bytes)
{
    std::vector<std::string> texts;
    while (!bytes.empty()) {
        const auto text = take_field(bytes);
        if (!text) return {};
        texts.emplace_back(*text);
    }
    return texts;
}

Result<PublicKey> key_of(std::string_view blob)
{
    std::string_view rest = blob;
    const auto type = take_field(rest);
    if (!type) return bad("a key in it was cut");
    const auto base64 = to_base64(blob);
    TRY_LET(auto key, parse_public_key(std::string{*type} + ' ' + base64));
    if (key.type != *type || key.blob != base64) return bad("a key in it says one type and holds another");
    return key;
}

Result<PublicKey> take_subject(std::string_view& bytes, const Format& format)
{
    std::string blob = field(format.plain);
    for (int part = 0; part < format.parts; ++part) {
        const auto value = take_field(bytes);
        if (!value) return bad("it was cut");
        blob += field(*value);
    }
    return key_of(blob);
}

}  // namespace

bool may_be_certified(const PublicKey& subject)
{
    return std::ranges::find(formats, subject.type, &Format::plain) != formats.end();
}

Result<std::string> to_be_signed(const HostCertificate& certificate, std::string_view nonce)
{
    const auto format = std::ranges::find(formats, certificate.subject.type, &Format::plain);
    if (format == formats.end()) return bad("keys of type " + certificate.subject.type + " get none");
    if (certificate.principals.empty()) return bad("it names no host, and so would be good for every one");
    TRY_LET(const auto subject, from_base64(certificate.subject.blob));
    TRY_LET(const auto authority, from_base64(certificate.authority.blob));
    std::string_view parts = subject;
    (void)take_field(parts);  // the type; the rest stands in the certificate as it is
    return field(format->certified) + field(nonce) + std::string{parts} + uint64_bytes(certificate.serial) +
           uint32_bytes(for_a_host) + field(certificate.key_id) + field(to_fields(certificate.principals)) +
           uint64_bytes(epoch(certificate.valid_after)) + uint64_bytes(epoch(certificate.valid_before)) +
           field("") +  // critical options and extensions: hosts have none; then what is reserved
           field("") + field("") + field(authority);
}

std::string certificate_line(const HostCertificate& certificate, std::string_view to_be_signed,
                             std::string_view signature)
{
    const auto format = std::ranges::find(formats, certificate.subject.type, &Format::plain);
    const std::string type{format == formats.end() ? "" : format->certified};
    return type + ' ' + to_base64(std::string{to_be_signed} + field(signature));
}

Result<HostCertificate> parse_host_certificate(std::string_view line)
{
    if (line.size() > longest_line) return bad("the line is too long");
    std::string_view text = trim(line);
    if (std::ranges::any_of(text, [](char letter) { return static_cast<unsigned char>(letter) < 32; }))
        return bad("a line break or control character stands inside");
    const auto type = take_word(text);
    const auto format = std::ranges::find(formats, type, &Format::certified);
    if (format == formats.end()) return bad("its type is none that is known");
    const auto decoded = from_base64(take_word(text));
    if (!decoded) return bad("its base64 is damaged");
    std::string_view bytes = *decoded;
    if (take_field(bytes) != type) return bad("it says one type in front and holds another");
    if (!take_field(bytes)) return bad("it was cut");  // the nonce

    HostCertificate certificate;
    TRY_LET(certificate.subject, take_subject(bytes, *format));
    const auto serial = take_uint64(bytes);
    const auto kind = take_uint32(bytes);
    const auto key_id = take_field(bytes);
    const auto principals = take_field(bytes);
    const auto valid_after = take_uint64(bytes);
    const auto valid_before = take_uint64(bytes);
    const auto options = take_field(bytes);
    const auto extensions = take_field(bytes);
    const auto reserved = take_field(bytes);
    const auto authority = take_field(bytes);
    const auto signature = take_field(bytes);
    if (!serial || !kind || !key_id || !principals || !valid_after || !valid_before || !options || !extensions ||
        !reserved || !authority || !signature)
        return bad("it was cut");
    if (!bytes.empty()) return bad("something follows its signature");
    if (*kind != for_a_host) return bad("it is for a user, not for a host");
    auto names = from_fields(*principals);
    if (!names) return bad("its names were cut");
    TRY_LET(certificate.authority, key_of(*authority));
    certificate.serial = *serial;
    certificate.key_id = *key_id;
    certificate.principals = *std::move(names);
    certificate.valid_after = moment(*valid_after);
    certificate.valid_before = moment(*valid_before);
    return certificate;
}

}  // namespace one::ssh
