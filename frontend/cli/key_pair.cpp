// Asks ssh-keygen and ssh-add; the files change their names last.
#include "frontend/cli/key_pair.hpp"

#include "common/command.hpp"
#include "common/ssh/public_key.hpp"
#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/proofs/ssh_environment.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace onefrontend::cli {
namespace {

using one::ErrorKind;
using one::Result;

constexpr std::array names{"id_rsa", "id_ecdsa", "id_ed25519"};
constexpr std::string_view given_by_a_secret = "/etc/onefrontend/secrets/ssh";  // of the image: copied at each start
constexpr int fewest_rsa_bits = 3072;
constexpr std::chrono::seconds making_limit{60};  // a large RSA key on a busy machine
constexpr std::chrono::seconds agent_limit{10};

one::Failure cannot(std::string doing, std::string thing, std::string reason, std::string next)
{
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = std::move(thing),
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = std::move(doing)});
}

bool is_there(const std::string& path)
{
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0;
}

bool is_plain_file(const std::string& path)
{
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

Result<std::string> output_of(const one::Command& command, const std::string& doing, const std::string& thing)
{
    auto output = one::run_command(command);
    if (!output) return one::fail(output.error());
    if (output->ok()) return std::move(output->out);
    return cannot(doing, thing, one::complaint_of(*output), "as that account: " + one::to_shell(command.argv));
}

Result<std::string> keygen(std::vector<std::string> words, const std::string& doing, const std::string& thing)
{
    words.insert(words.begin(), "ssh-keygen");
    return output_of({.argv = std::move(words), .limit = making_limit}, doing, thing);
}

/// Only of a key without a passphrase: nobody is asked.
Result<one::ssh::PublicKey> public_half(const std::string& file)
{
    TRY_LET(const auto text, keygen({"-y", "-P", "", "-f", file}, "read", file));
    return one::ssh::parse_public_key(one::trim(text));
}

/// Whether the line is this private key's.
bool belongs_to(const std::string& line, const std::string& file)
{
    if (!is_plain_file(file)) return false;
    const auto key = public_half(file);
    const auto shown = one::ssh::parse_public_key(line);
    return key && shown && same_key(*key, *shown);
}

std::string read_line(const std::string& file)
{
    const auto text = read_small_file(file);
    return text ? std::string{one::trim(*text)} : std::string{};
}

Result<KeyPair> read_pair(const std::string& file, const char* name)
{
    constexpr const char* by_hand = "docs/identity.md says how to change it by hand";
    if (!is_plain_file(file) || !is_plain_file(file + ".pub"))
        return cannot("rotate", file, "it, or its public half (.pub), is a link or is not there", by_hand);
    const auto secret = fmt::format("{}/{}", given_by_a_secret, name);
    if (is_there(secret))
        return cannot("rotate", file, "it comes from " + secret + " at each start",
                      "put another key into that Secret; nodes follow it by themselves");
    if (!public_half(file))
        return cannot("rotate", file, "ssh-keygen cannot read it: it has a passphrase, or is damaged", by_hand);
    return KeyPair{.file = file, .line = read_line(file + ".pub")};
}

/// "3072 SHA256:... comment (RSA)"
Result<int> bits_of(const std::string& file)
{
    TRY_LET(const auto text, keygen({"-l", "-f", file + ".pub"}, "read", file + ".pub"));
    return one::to_number<int>(text.substr(0, text.find(' '))).value_or(0);
}

std::string type_of(const one::ssh::PublicKey& key)
{
    if (key.type == "ssh-ed25519") return "ed25519";
    return key.type == "ssh-rsa" ? "rsa" : "ecdsa";
}

Result<> rename_file(const std::string& from, const std::string& to)
{
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    auto error = one::error_from_errno(errno, from);
    error.doing = "rename";
    return one::fail(std::move(error));
}

Result<> ssh_add(const Config& config, std::vector<std::string> words, const std::string& file)
{
    words.insert(words.begin(), {"ssh-add", "-q"});
    words.push_back(file);
    TRY(output_of(as_oned(config, std::move(words), agent_limit), "give the ssh-agent", file));
    return {};
}

/// The drivers log in to the front-end itself, too. A line of options before the former key stays with the new one.
Result<> exchange_in_authorized_keys(const Config& config, const KeyPair& present, const KeyPair& next)
{
    const std::string file = config.ssh_home + "/.ssh/authorized_keys";
    const auto text = read_small_file(file, Links::refuse);
    if (!text && text.error().kind == ErrorKind::not_found) return {};
    if (!text) return one::fail(text.error());
    TRY_LET(const auto former, one::ssh::parse_public_key(present.line));
    std::string changed;
    for (const auto& line : one::split_lines(*text)) {
        const auto key = one::ssh::parse_public_key(line);
        const bool is_former = key && same_key(*key, former);
        const std::string options = is_former && !key->options.empty() ? key->options + ' ' : std::string{};
        changed += (is_former ? options + next.line : line) + '\n';
    }
    if (changed == *text) return {};
    return replace_file(file, changed, 0600);
}

}  // namespace

Result<std::vector<KeyPair>> find_key_pairs(const Config& config)
{
    std::vector<KeyPair> pairs;
    for (const char* name : names) {
        const std::string file = config.ssh_home + "/.ssh/" + name;
        if (!is_there(file)) continue;
        TRY_LET(auto pair, read_pair(file, name));
        pairs.push_back(std::move(pair));
    }
    if (!pairs.empty()) return pairs;
    return one::fail({.kind = ErrorKind::not_found,
                      .thing = config.ssh_home + "/.ssh",
                      .reason = fmt::format("there is none of {}", fmt::join(names, ", ")),
                      .next = fmt::format("sudo -u {} ssh-keygen -t rsa -b 3072", config.ssh_user),
                      .doing = "find a key in"});
}

Result<KeyPair> make_next(const KeyPair& present)
{
    KeyPair next{.file = present.file + ".next", .line = read_line(present.file + ".next.pub")};
    if (belongs_to(next.line, next.file)) return next;
    if (belongs_to(next.line, present.file)) return next;  // killed after the private half had changed its name
    for (const auto& left : {next.file + ".pub", next.file})
        if (::unlink(left.c_str()) != 0 && errno != ENOENT) return one::fail(one::error_from_errno(errno, left));
    TRY_LET(const auto key, one::ssh::parse_public_key(present.line));
    TRY_LET(const int bits, bits_of(present.file));
    const auto type = type_of(key);
    const int wanted = type == "rsa" ? std::max(bits, fewest_rsa_bits) : bits;
    TRY(keygen({"-q", "-t", type, "-b", std::to_string(wanted), "-N", "", "-C", key.comment, "-f", next.file}, "make",
               next.file));
    next.line = read_line(next.file + ".pub");
    return next;
}

Result<> put_in_place(const Config& config, const KeyPair& present, const KeyPair& next)
{
    const bool has_agent = !agent_socket(config).empty();
    if (is_there(next.file)) {
        if (has_agent) TRY(ssh_add(config, {}, next.file));
        if (has_agent) TRY(ssh_add(config, {"-t", std::to_string(config.old_key_life.count())}, present.file));
        TRY(exchange_in_authorized_keys(config, present, next));
        TRY(rename_file(next.file, present.file));
    }
    return rename_file(next.file + ".pub", present.file + ".pub");
}

}  // namespace onefrontend::cli
